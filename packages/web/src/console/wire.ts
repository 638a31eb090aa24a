/**
 * What the console reads of the admin API's answers: the server's own types, under the names that the screens use.
 * @module
 */

export type {
  AppJson as App,
  GrantJson as Grant,
  KeyAuthorityJson as KeyAuthority,
  KeyJson as AppKey,
  LogEventJson as LogEvent,
  LoggedRequestJson as LoggedRequest,
  JwksPreviewJson as JwksPreview,
  MetricsJson as Metrics,
  MetricSumsJson as Sums,
  OrganizationJson as Organization,
  OwnSessionJson as OwnSession,
  PasskeyJson as Passkey,
  PersonJson as Person,
  PersonStatus,
  ProfileJson as ProfileFacts,
  PublishedKeysJson as PublishedKeys,
  ReasonJson as ReasonGroup,
  ReasonsJson as Reasons,
  Role,
  RoleJson as RoleAssignment,
  SessionJson as Session,
  SharingAppJson as SharingApp,
  TokenJson as IssuedToken,
  UseJson as KeyUse,
} from '@keygrant/server/admin/wire'
