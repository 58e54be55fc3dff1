"""The folder of a checkpoint."""
import json
import os
import unittest

import export
from tests import TRAIN


class Export(unittest.TestCase):
    def test_the_exported_files_say_what_the_published_checkpoint_says(self):
        folder = os.path.join(TRAIN, "../checkpoint")
        if not os.path.isdir(folder): self.skipTest("no checkpoint here")
        for name, content in export.files().items():
            with open(os.path.join(folder, name), encoding="utf8") as f: self.assertEqual(json.load(f), content, name)
