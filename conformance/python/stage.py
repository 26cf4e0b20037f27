"""What the stage offers: conformance/run has started it, and SALLYPORT_STAGE names its description."""

import base64
import contextlib
import json
import os
import urllib.error
import urllib.request

with open(os.environ["SALLYPORT_STAGE"], encoding="utf-8") as description:
    STAGE = json.load(description)
ISSUER = STAGE["issuer"]


@contextlib.contextmanager
def aws_role(role):
    """The process has new keys of the role, as a Lambda function has them."""
    with urllib.request.urlopen(f"{STAGE['issue']}/aws?role={role}") as answer:
        keys = json.load(answer)
    before = dict(os.environ)
    os.environ.update(keys)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def svid(path):
    query = f"path={path}&audience={STAGE['audience']}"
    with urllib.request.urlopen(f"{STAGE['issue']}/svid?{query}") as answer:
        return json.load(answer)["svid"]


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def post(path, body, token=None):
    """The status of the answer."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(ISSUER + path, data=json.dumps(body).encode(), headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
