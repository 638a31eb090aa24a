#!/bin/sh
# Okta's guide for service apps in its form of 2020, request by request, against a Keygrant server: an app by dynamic
# client registration with its public key, two grants, a signed JWT, an access token, and the list of users.
#
#   SERVER=http://127.0.0.1:8400 API_TOKEN=… sh examples/okta-guide-2020.sh
#
# API_TOKEN is an access token of an administrator: it ends within the hour, and is sent where Okta's API tokens are. It needs the
# scopes okta.clients.register and okta.appGrants.manage: keygrant token get --profile … --scope '…'
set -eu
KEYGRANT=${KEYGRANT:-npx keygrant}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
member() { node -p 'JSON.parse(fs.readFileSync(0, "utf8"))'"$1"; }

# 1. A key pair. The guide makes it on a web page; here the private key never leaves this machine.
$KEYGRANT key new --type RSA-2048 --alg RS256 --kid my_key_id --out "$work/key.json" --public-out "$work/public.json" >&2

# 2. The service app, with the public key.
client_id=$(curl -sS --fail-with-body --request POST "$SERVER/oauth2/v1/clients" \
  --header 'Accept: application/json' \
  --header "Authorization: SSWS $API_TOKEN" \
  --header 'Content-Type: application/json' \
  --data-raw '{
    "client_name": "Service Client Name",
    "grant_types": ["client_credentials"],
    "response_types": ["token"],
    "token_endpoint_auth_method": "private_key_jwt",
    "application_type": "service",
    "jwks": { "keys": ['"$(cat "$work/public.json")"'] }
  }' | member .client_id)

# 3. The scopes, one in each request.
for scope in okta.users.read okta.apps.read; do
  curl -sS --fail-with-body --request POST "$SERVER/api/v1/apps/$client_id/grants" \
    --header 'Accept: application/json' \
    --header "Authorization: SSWS $API_TOKEN" \
    --header 'Content-Type: application/json' \
    --data-raw '{ "scopeId": "'$scope'", "issuer": "'"$SERVER"'" }' >&2
done

# 4. The JWT: aud, iss and sub as in the guide; exp, iat and jti are added.
jwt=$($KEYGRANT assertion sign --key "$work/key.json" --claims \
  '{ "aud": "'"$SERVER"'/oauth2/v1/token", "iss": "'"$client_id"'", "sub": "'"$client_id"'" }')

# 5. The access token. The scopes are joined by a plus, as a form has blanks.
token=$(curl -sS --fail-with-body --request POST "$SERVER/oauth2/v1/token" \
  --header 'Accept: application/json' \
  --header 'Content-Type: application/x-www-form-urlencoded' \
  --data "grant_type=client_credentials&scope=okta.users.read+okta.apps.read&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=$jwt" |
  member .access_token)

# 6. A request with it.
curl -sS --fail-with-body --request GET "$SERVER/api/v1/users" \
  --header 'Accept: application/json' \
  --header 'Content-Type: application/json' \
  --header "Authorization: Bearer $token"
