"""A receiver of Interlock's webhooks that believes nobody else: python3 docs/examples/receive_webhook.py <port> <secret>"""
import hashlib
import hmac
import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT, SECRET = int(sys.argv[1]), sys.argv[2]
MAX_AGE_S = 300
# Ids that were taken: the same one comes again where it is not known whether the first arrived.
taken = set()


def is_genuine(header, body):
    """Whether the signature is ours, over this very body, and not older than five minutes."""
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", header or "")
    if found is None or abs(time.time() - int(found[1])) > MAX_AGE_S:
        return False
    expected = hmac.new(SECRET.encode(), found[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, found[2])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if not is_genuine(self.headers["x-interlock-signature"], body):
            self.send_response(401)
            self.end_headers()
            return
        message = json.loads(body)
        if message["id"] not in taken:
            print(f"{message['id']} {message['kind']}: {message['sentence']}", flush=True)
        taken.add(message["id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
