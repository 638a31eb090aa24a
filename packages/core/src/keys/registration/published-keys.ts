/**
 * Keys whose private half is printed somewhere: in standards, in documentation, in test suites.
 * @module
 */

const PREFIX_LENGTH = 16

/** The first 96 bits of the RFC 7638 thumbprints, by where the keys are printed. */
const PUBLISHED: ReadonlySet<string> = new Set([
  // jwt.io, and the test keys of this project
  '5MtdFERNHQKuwILe',
  'ELWL1d4XBXF1haRh',
  'EjJp8Rl66heIDOoM',
  'L8o2w1RXlLWaO92S',
  'N33u1v22xLqIRuAE',
  'NbWG-j95tndriPY2',
  'NvTSHGssOXxTrimE',
  'P84hQFB5Y52Ybjpy',
  'jLgq0jjFCo0DIPCZ',
  'kWI2Q5DHikG5mjRe',
  'xv61zZrG3nT2hJqK',
  'yGOzLvokh4B5Tef0',
  'zfgvXF58hIoV79Rc',
  // RFC 7520, and the cookbook of ML-DSA
  '9jg46WB3rR_AHD-E',
  'HsSFalww3yP-dO-l',
  'Rt-IyDEhXohvTl_o',
  'Suiu29qbfuaBaR4A',
  'T4xl70S7MT6Zeq6r',
  'YlKlB7M2wnS0cPn_',
  'dHri3SADZkrush5H',
  'mTVa39KNK8LI9ZgA',
  'rTtHPa7sf4UUCCKA',
  'tRn1JNIkgMsABVQB',
  // RFC 7515, 7517 and 8037
  'IsUn6_e04MaShXFI',
  'NzbLsXh8uDCcd-6M',
  'cn-I_WNMClehiVp5',
  'kPrK_qmxVWaYVA9w',
  'oKIywvGUpTVTyxMQ',
  'u5YUSjQ2-2chBi51',
  // documentation and tests of jose
  '1iws86sWz0kQnkhD',
  '9lpMJhQsIpwa1urt',
  'D4-9iPw9EaqFBbJo',
  'SEPeugMJr-woOqVG',
  'YRJdRK-IK4fgSGCE',
  'Z0HljlUMTsjZpdpU',
  'b8KbA2n5hFShqHPX',
  'faeOyi7alZHzAD8L',
  'lw1EuLvKVRYbKUeE',
  // SMART App Launch
  'I99tVmIhN2uhvx12',
  'gpusNZnFRvG96B1A',
  // Wycheproof
  '3Juhh9nCaGcKHSuw',
  'Hq8QDnrnBm1i_yRr',
  'L1CD4-qDpyE1E9gH',
  'N2LgK1ze4NM8YcoO',
  'RgVR5H6vvCLajavO',
  'S-eb0fz34CMIp59T',
  'Vy57XrArUrW0NbpI',
  'ZiLSoDuPfDc8rxPl',
  'ayHP8s_OfTOz7Lp7',
  'e59bmbwk8PjLjUR5',
  'eLx7cyKbcDMHSL_1',
  'hKoe1YKmJxChuUJI',
  'h_jutvC-jg3Nwueq',
  'jtGSXJVYuZVE0cLF',
  'zfyJgf2zoUydpctY',
  // RFC 8410, RFC 8946, and a key of CVE-2008-0166
  '2Adrg41OmmlV3Dfe',
  '3YZxBJ12jO3n_mXt',
  'YVRoCOFWVasLHl42',
])

/** Whether a thumbprint is that of a published key. */
export function isPublishedKey(thumbprint: string): boolean {
  return PUBLISHED.has(thumbprint.slice(0, PREFIX_LENGTH))
}
