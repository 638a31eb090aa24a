"""Gets a token with Debian's python3-authlib, calls the API with it, and verifies it.

Reads a JSON object from standard input: server, client_id, key (PEM), alg, scope, audience and claims.
"""

import json
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oauth2.rfc7523 import PrivateKeyJWT

wanted = json.load(sys.stdin)
metadata = requests.get(wanted["server"] + "/.well-known/oauth-authorization-server", timeout=60).json()
session = OAuth2Session(
    wanted["client_id"],
    wanted["key"],
    token_endpoint_auth_method="private_key_jwt",
    scope=wanted["scope"],
)
session.register_client_auth_method(
    PrivateKeyJWT(wanted["audience"], claims=wanted.get("claims"), alg=wanted["alg"])
)
token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
apps = session.get(wanted["server"] + "/api/v1/apps", timeout=60)
keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=60).json())
claims = JsonWebToken(["ES256"]).decode(
    token["access_token"],
    keys,
    claims_options={
        "iss": {"essential": True, "value": wanted["server"]},
        "aud": {"essential": True, "value": wanted["server"]},
    },
)
claims.validate()
json.dump({"scope": token["scope"], "status": apps.status_code, "sub": claims["sub"]}, sys.stdout)
