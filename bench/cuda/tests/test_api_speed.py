import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "api_speed.py"
# Speaks as much of OpenAI's API as the client reads: who speaks, three pieces of which two have no text, then the count.
SERVER = r'''#!{python}
import http.server, json, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200); self.end_headers()
        for delta in (dict(role="assistant", content=""), *(dict(content=piece) for piece in ("", "b", ""))):
            self.wfile.write(b"data: " + json.dumps(dict(choices=[dict(delta=delta)])).encode() + b"\n\n")
        self.wfile.write(b"data: " + json.dumps(dict(choices=[], usage=dict(prompt_tokens=5, completion_tokens=3))).encode() + b"\n\ndata: [DONE]\n\n")
port = int(sys.argv[sys.argv.index("--Urls") + 1].rpartition(":")[2])
http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer).serve_forever()
'''
DYING = "#!/bin/sh\necho Starting.\necho 'The manifest was not found.' >&2\nexit 3\n"


class ApiSpeed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "page.jpg").write_bytes(b"no picture, and nobody looks")

    def run_with(self, server: str):
        program = self.folder / "server"
        program.write_text(server.replace("{python}", sys.executable))
        program.chmod(0o755)
        return subprocess.run([sys.executable, SCRIPT, "--server", program, "--model", self.folder, "--pages", self.folder, "--out", self.folder / "api.json", "--in-flight", "1", "2"],
                              capture_output=True, text=True, timeout=120)

    def test_a_server_that_ends_at_once_is_reported_with_its_code_and_its_last_lines(self):
        done = self.run_with(DYING)
        self.assertEqual(1, done.returncode)
        self.assertIn("The manifest was not found.", done.stderr)
        self.assertIn("The server ended with code 3", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual("Starting.\nThe manifest was not found.\n", (self.folder / "api.json.server.log").read_text())

    def test_a_server_is_measured_and_ended_and_the_rows_say_command_date_and_machine(self):
        done = self.run_with(SERVER)
        self.assertEqual(0, done.returncode, done.stderr)
        written = json.loads((self.folder / "api.json").read_text())
        self.assertEqual([1, 2], [row["in_flight"] for row in written["result"]])
        self.assertEqual([3, 3], written["result"][0]["pieces"])
        self.assertIsNotNone(written["result"][0]["between_pieces_ms"])
        self.assertTrue(written["command"].startswith("api_speed.py --server"))
        self.assertIn("UTC", written["date"])
        self.assertIn("card", written["machine"])


if __name__ == "__main__":
    unittest.main()
