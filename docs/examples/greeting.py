"""A service that calls another one, with nothing but Python's standard library.

interlock run --service greeting --version 1.0.0 --requires names=^1.0.0 --health /healthz -- python3 docs/examples/greeting.py
"""

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen


class Greeting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/healthz":
            return self.answer(200, "ok")
        try:
            # urllib takes its proxy from http_proxy: the mesh finds the name, and a version that works with ours.
            with urlopen("http://names.mesh/name", timeout=5) as answer:
                name = answer.read().decode()
            self.answer(200, f"Hello {name}, from greeting {os.environ['INTERLOCK_VERSION']} in Python.")
        except HTTPError as error:
            self.answer(502, f"names said {error.code}")

    def answer(self, status, text):
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Greeting)
# shutdown() waits for the loop that this signal interrupts, so it needs a thread of its own.
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
sys.exit(0)
