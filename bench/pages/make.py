"""Draws the eight 640x640 pages that the speed measurements read: about 24 lines each, so that every answer passes 200 tokens.

python3 bench/pages/make.py      (Debian: chromium, fonts-noto-core, python3-pil; the pages it made are committed)
"""
import random
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
WORDS = ("account agree answer april autumn balance before blue bridge carry centre change clear corner cover delay deliver "
         "depart detail early east edge engine evening field final follow garden gather green harbour higher invoice island "
         "journey keeper ladder letter little market measure middle morning narrow north number office order paper parcel "
         "pencil period plain platform quarter quiet railway receipt record river round sample season second signal silver "
         "south station stone street summer table ticket timber total travel under valley village water weather west window").split()
FONTS = ("Noto Sans", "Liberation Sans", "Noto Serif", "Liberation Serif")


def page(seed: int) -> str:
    draw = random.Random(seed)
    lines = []
    for number in range(1, 25):
        words = " ".join(draw.choice(WORDS) for _ in range(draw.randint(4, 6)))
        lines.append(f"<p>{words.capitalize()} {draw.randint(10, 999)}</p>")
    return (f"<meta charset=utf-8><style>body{{margin:22px 26px;background:#fff;color:#111;font:17px/25px '{FONTS[seed % 4]}'}}"
            f"p{{margin:0;white-space:nowrap}}</style>" + "".join(lines))


def main() -> None:
    for seed in range(8):
        with tempfile.TemporaryDirectory() as folder:
            source, shot = Path(folder, "page.html"), Path(folder, "page.png")
            source.write_text(page(seed), encoding="utf-8")
            subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=640,640",
                            f"--user-data-dir={folder}/profile", f"--screenshot={shot}", source.as_uri()],
                           check=True, capture_output=True, timeout=60)
            with Image.open(shot) as picture:
                picture.convert("L").quantize(16).save(HERE / f"page-{seed}.png", optimize=True)


if __name__ == "__main__":
    main()
