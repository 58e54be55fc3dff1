"""Packs the training fonts: Debian's font packages cut down to the characters that the demo model knows.

    python3 fonts.py ROOT OUT [DICT]

ROOT is `/` where the packages of PACKAGES are installed, or a folder into which they were unpacked (`dpkg -x`). DICT is the word list
of Chinese that Debian's python3-jieba carries (default: ROOT/usr/lib/python3/dist-packages/jieba/dict.txt).
Writes OUT/latin/*, OUT/han/*, OUT/words.txt (package wamerican), OUT/words_zh.txt and OUT/lookalikes.json. Fonts are used to draw pages only;
none is in the checkpoint. Fonts of ../evaluate/fonts.py never belong here.
"""
import glob
import json
import os
import subprocess
import sys

import tokenizer

# package: licence
PACKAGES = {
    "fonts-noto-cjk": "OFL-1.1", "fonts-noto-cjk-extra": "OFL-1.1", "fonts-noto-core": "OFL-1.1", "fonts-noto-mono": "OFL-1.1",
    "fonts-wqy-microhei": "Apache-2.0 or GPL-3+ with font exception", "fonts-arphic-gbsn00lp": "Arphic-1999",
    "fonts-arphic-gkai00mp": "Arphic-1999", "fonts-arphic-uming": "Arphic-1999", "fonts-arphic-ukai": "Arphic-1999",
    "fonts-cns11643-kai": "OGDL-TW-1.0", "fonts-cns11643-sung": "OGDL-TW-1.0", "fonts-hanazono": "Hanazono or OFL-1.1",
    "fonts-smiley-sans": "OFL-1.1",
    "fonts-liberation": "OFL-1.1", "fonts-dejavu-core": "Bitstream Vera", "fonts-dejavu-extra": "Bitstream Vera",
    "fonts-crosextra-carlito": "OFL-1.1", "fonts-roboto-unhinted": "Apache-2.0", "fonts-roboto-slab": "Apache-2.0",
    "fonts-open-sans": "Apache-2.0", "fonts-freefont-ttf": "GPL-3+ with font exception", "fonts-urw-base35": "AGPL-3 with font exception",
    "fonts-inconsolata": "OFL-1.1", "fonts-hack": "MIT and Bitstream Vera", "fonts-jetbrains-mono": "OFL-1.1", "fonts-cantarell": "OFL-1.1",
    "fonts-comfortaa": "OFL-1.1", "fonts-ebgaramond": "OFL-1.1", "fonts-quicksand": "OFL-1.1", "fonts-courier-prime": "OFL-1.1",
    "fonts-sil-charis": "OFL-1.1", "fonts-sil-andika": "OFL-1.1", "fonts-cabin": "OFL-1.1", "fonts-dosis": "OFL-1.1",
    "fonts-oldstandard": "OFL-1.1", "fonts-yanone-kaffeesatz": "OFL-1.1", "fonts-manrope": "OFL-1.1", "fonts-league-spartan": "OFL-1.1",
    "fonts-paratype": "OFL-1.1 or ParaType", "fonts-jura": "OFL-1.1", "fonts-agave": "MIT", "fonts-mononoki": "OFL-1.1",
    "fonts-cardo": "OFL-1.1", "fonts-junicode": "OFL-1.1", "fonts-b612": "OFL-1.1", "fonts-sora": "OFL-1.1", "fonts-go": "BSD-3-Clause",
    "fonts-ocr-b": "public domain and permissive", "fonts-lobster": "OFL-1.1", "wamerican": "public domain (word list)", "python3-jieba": "MIT (word list)",
}
_CJK = [(f"opentype/noto/Noto{f}CJK-{w}.ttc", 2) for f, weights in
        (("Sans", "DemiLight Light Regular Medium Bold Black"), ("Serif", "Light Regular Medium SemiBold Bold Black")) for w in weights.split()]
# (file under usr/share/fonts, number inside a collection)
HAN = _CJK + [
    ("truetype/wqy/wqy-microhei.ttc", 0), ("truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0), ("truetype/arphic-gkai00mp/gkai00mp.ttf", 0),
    ("truetype/arphic/uming.ttc", 0), ("truetype/arphic/ukai.ttc", 0), ("truetype/cns11643/TW-Kai-98_1.ttf", 0),
    ("truetype/cns11643/TW-Sung-98_1.ttf", 0), ("truetype/hanazono/HanaMinA.ttf", 0), ("truetype/smiley-sans/SmileySans-Oblique.ttf", 0)]


def _files(folder, names, ending="ttf"):
    return [(f"{folder}{n}.{ending}", 0) for n in names.split()]


LATIN = (
    _files("truetype/liberation/Liberation", "Sans-Regular Sans-Bold Serif-Regular Serif-Bold Mono-Regular Mono-Bold SansNarrow-Regular "
           "SansNarrow-Bold Sans-Italic Serif-Italic Sans-BoldItalic")
    + _files("truetype/dejavu/DejaVu", "Sans Sans-Bold Serif Serif-Bold SansMono SansMono-Bold SansCondensed Sans-ExtraLight")
    + _files("truetype/noto/Noto", "Sans-Regular Sans-Bold Serif-Regular Serif-Bold Mono-Regular Sans-Italic")
    + _files("truetype/roboto/unhinted/RobotoTTF/Roboto-", "Regular Bold Light Italic")
    + _files("truetype/roboto/unhinted/RobotoCondensed-", "Regular Bold") + _files("opentype/roboto/slab/RobotoSlab-", "Regular Bold", "otf")
    + _files("truetype/open-sans/OpenSans-", "Regular Bold Light CondBold") + _files("truetype/freefont/Free", "Sans Serif Mono SerifBold")
    + _files("truetype/crosextra/Carlito-", "Regular Bold")
    + _files("opentype/urw-base35/", "C059-Roman C059-Bold P052-Roman P052-Bold URWBookman-Light URWGothic-Book URWGothic-Demi "
             "NimbusSansNarrow-Bold NimbusMonoPS-Regular NimbusMonoPS-Bold", "otf")
    + [("truetype/inconsolata/Inconsolata.otf", 0)] + _files("truetype/hack/Hack-", "Regular Bold")
    + _files("truetype/jetbrains-mono/JetBrainsMono-", "Regular Bold") + _files("opentype/cantarell/Cantarell-", "Regular Bold", "otf")
    + _files("truetype/comfortaa/Comfortaa-", "Regular") + _files("opentype/ebgaramond/EBGaramond12-", "Regular", "otf")
    + _files("truetype/quicksand/Quicksand-", "Regular Bold") + [("opentype/courier-prime/Courier Prime.otf", 0)]
    + _files("truetype/charis/CharisSIL-", "Regular Bold") + _files("truetype/andika/Andika-", "Regular Bold")
    + _files("opentype/cabin/Cabin-", "Regular Bold", "otf") + _files("opentype/dosis/Dosis-", "Medium", "otf")
    + _files("truetype/fonts-oldstandard/OldStandard-", "Regular") + _files("opentype/yanone-kaffeesatz/YanoneKaffeesatz-", "Regular", "otf")
    + _files("truetype/manrope/Manrope-", "Regular Bold") + _files("opentype/league-spartan/LeagueSpartan-", "Medium", "otf")
    + _files("truetype/paratype/", "PTF55F PTS75F") + _files("opentype/jura/Jura-", "Medium", "otf")
    + _files("truetype/agave/agave-", "r-autohinted b-autohinted") + _files("truetype/mononoki/mononoki-", "Regular Bold")
    + [("truetype/cardo/Cardo104s.ttf", 0), ("truetype/cardo/Cardob101.ttf", 0)] + _files("opentype/junicode/JunicodeTwoBeta-", "Regular Bold", "otf")
    + _files("opentype/b612/B612", "-Regular -Bold Mono-Regular", "otf") + _files("opentype/sora/Sora-", "Regular Bold", "otf")
    + _files("fonts-go/Go-", "Regular Bold Mono") + [("opentype/ocr-b/OCRB.otf", 0), ("opentype/lobster/lobster.otf", 0)])

ASCII = "".join(map(chr, range(32, 127)))


def cut(source, number, target, text, hinting):
    """Writes the subset of one font; hinting is kept for Latin, where small sizes need it."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    listing = target + ".txt"
    with open(listing, "w", encoding="utf8") as f:
        f.write(text)
    drop = "GPOS,GSUB,GDEF,FFTM" + ("" if hinting else ",vhea,vmtx,VORG,BDF,prep,DSIG")
    command = [sys.executable, "-m", "fontTools.subset", source, f"--font-number={number}", f"--text-file={listing}", f"--output-file={target}",
               "--layout-features=", f"--drop-tables+={drop}", "--hinting" if hinting else "--no-hinting",
               "--desubroutinize" if hinting else "--no-desubroutinize", "--no-notdef-outline"]
    run = subprocess.run(command, capture_output=True, text=True)
    os.remove(listing)
    if run.returncode:
        raise SystemExit(f"{source}: {run.stderr[-400:]}")


def lookalikes(fonts, size=20, near=6):
    """{Han: its nearest Han} by the overlap of their pictures in `fonts`."""
    import numpy
    from PIL import Image, ImageDraw, ImageFont
    score = 0
    for path in fonts:
        font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        pictures = numpy.zeros((len(tokenizer.HAN), (size + 6) ** 2), numpy.float32)
        for i, c in enumerate(tokenizer.HAN):
            im = Image.new("L", (size + 6, size + 6))
            ImageDraw.Draw(im).text((2, 0), c, font=font, fill=255)
            pictures[i] = numpy.asarray(im, numpy.float32).ravel()
        pictures -= pictures.mean(1, keepdims=True)
        pictures /= numpy.linalg.norm(pictures, axis=1, keepdims=True) + 1e-6
        score = score + pictures @ pictures.T
    numpy.fill_diagonal(score, -9)
    best = numpy.argsort(-score, axis=1)[:, :near]
    return {c: "".join(tokenizer.HAN[j] for j in row if score[i, j] > .45 * len(fonts)) for i, (c, row) in enumerate(zip(tokenizer.HAN, best))}


def main(root, out, dictionary=None):
    fonts = os.path.join(root, "usr/share/fonts/")
    for kind, listed, text in (("han", HAN, ASCII + tokenizer.SYMBOLS + "".join(tokenizer.HAN)), ("latin", LATIN, ASCII + tokenizer.SYMBOLS)):
        for name, number in listed:
            if not os.path.exists(fonts + name):
                raise SystemExit(f"{fonts}{name} is missing: install the packages {' '.join(PACKAGES)}")
            stem, ending = os.path.splitext(os.path.basename(name))
            if ending == ".ttc":
                ending = ".otf" if stem.startswith("Noto") else ".ttf"
            target = f"{out}/{kind}/{stem.replace(' ', '')}{ending}"
            if not os.path.exists(target):
                cut(fonts + name, number, target, text, kind == "latin")
    with open(os.path.join(root, "usr/share/dict/american-english"), encoding="utf8") as f:
        words = [w.strip() for w in f]
    with open(out + "/words.txt", "w", encoding="utf8") as f:
        f.write("\n".join(w for w in words if w.isascii() and "'" not in w and 1 < len(w) < 14) + "\n")
    counted = []
    with open(dictionary or os.path.join(root, "usr/lib/python3/dist-packages/jieba/dict.txt"), encoding="utf8") as f:
        for line in f:
            word, count = line.split()[:2]
            if 2 <= len(word) <= 4 and all(tokenizer.knows(c) and c in tokenizer.HAN_SET for c in word):
                counted.append((int(count), word))
    with open(out + "/words_zh.txt", "w", encoding="utf8") as f:
        f.write("\n".join(w for _, w in sorted(counted, reverse=True)[:40000]) + "\n")
    with open(out + "/lookalikes.json", "w", encoding="utf8") as f:
        json.dump(lookalikes([f"{out}/han/NotoSansCJK-Regular.otf", f"{out}/han/NotoSerifCJK-Regular.otf", f"{out}/han/wqy-microhei.ttf"]), f, ensure_ascii=False)
    print(len(glob.glob(out + "/latin/*")), "Latin and", len(glob.glob(out + "/han/*")), "Han fonts in", out)


if __name__ == "__main__":
    main(*sys.argv[1:4])
