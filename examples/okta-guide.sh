#!/bin/sh
# Okta's guide for service apps in its present form, request by request, against a Keygrant server: an app by the Apps API, its
# admin role, its key, a grant, a signed JWT, an access token, and the list of users.
#
#   SERVER=http://127.0.0.1:8400 API_TOKEN=… sh examples/okta-guide.sh
#
# API_TOKEN is an access token of an administrator: it ends within the hour, and is sent where Okta's API tokens are. It needs the
# scopes okta.apps.manage, okta.appGrants.manage and okta.roles.manage: keygrant token get --profile … --scope '…'
set -eu
KEYGRANT=${KEYGRANT:-npx keygrant}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
member() { node -p 'JSON.parse(fs.readFileSync(0, "utf8"))'"$1"; }
admin() {
  path=$1
  shift
  curl -sS --fail-with-body "$SERVER$path" \
    --header 'Accept: application/json' \
    --header 'Content-Type: application/json' \
    --header "Authorization: SSWS $API_TOKEN" "$@"
}

# 1. The service app. The guide makes it in the console, which sends this.
client_id=$(admin '/api/v1/apps?activate=true' --request POST --data-raw '{
  "name": "oidc_client",
  "label": "API Services app",
  "signOnMode": "OPENID_CONNECT",
  "credentials": { "oauthClient": { "token_endpoint_auth_method": "private_key_jwt" } },
  "settings": {
    "oauthClient": {
      "application_type": "service",
      "grant_types": ["client_credentials"],
      "response_types": ["token"],
      "dpop_bound_access_tokens": false
    }
  }
}' | member .id)

# 2. Its admin role: which things its scopes reach.
admin "/oauth2/v1/clients/$client_id/roles" --request POST --data-raw '{ "type": "READ_ONLY_ADMIN" }' >&2

# 3. A key pair, and its public half for the app.
$KEYGRANT key new --type RSA-2048 --alg RS256 --out "$work/key.json" --public-out "$work/public.json" >&2
admin "/api/v1/apps/$client_id/credentials/jwks" --request POST --data-binary "@$work/public.json" >&2

# 4. The scope.
admin "/api/v1/apps/$client_id/grants" --request POST \
  --data-raw '{ "scopeId": "okta.users.read", "issuer": "'"$SERVER"'" }' >&2

# 5. The JWT, with an end that is a number. The guide has a text there, and the server says so.
jwt=$($KEYGRANT assertion sign --key "$work/key.json" --claims '{
  "aud": "'"$SERVER"'/oauth2/v1/token",
  "iss": "'"$client_id"'",
  "sub": "'"$client_id"'",
  "exp": '$(($(date +%s) + 300))'
}')

# 6. The access token.
token=$(curl -sS --fail-with-body --request POST "$SERVER/oauth2/v1/token" \
  --header 'Accept: application/json' \
  --header 'Content-Type: application/x-www-form-urlencoded' \
  --data-urlencode 'grant_type=client_credentials' \
  --data-urlencode 'scope=okta.users.read' \
  --data-urlencode 'client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer' \
  --data-urlencode "client_assertion=$jwt" | member .access_token)

# 7. A request with it.
curl -sS --fail-with-body --request GET "$SERVER/api/v1/users" \
  --header 'Accept: application/json' \
  --header 'Content-Type: application/json' \
  --header "Authorization: Bearer $token"
