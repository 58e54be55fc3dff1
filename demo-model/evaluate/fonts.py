"""Fonts of the evaluation documents. UNSEEN ones are never drawn in training; TRAINED ones are, there by another rasteriser.

Paths are relative to usr/share/fonts; the number picks a font of a collection. Debian packages and licences of UNSEEN:
fonts-lato, fonts-inter, fonts-vollkorn, fonts-sil-gentium-basic, fonts-firacode, fonts-anonymous-pro, fonts-linuxlibertine, fonts-play,
fonts-karla, fonts-lxgw-wenkai (OFL-1.1), fonts-crosextra-caladea (Apache-2.0), fonts-tuffy (public domain), fonts-wqy-zenhei (GPL-2 with
font exception), fonts-babelstone-han (Arphic-1999), fonts-droid-fallback (Apache-2.0).
"""
UNSEEN = {
    "en": ["truetype/lato/Lato-Regular.ttf", "truetype/lato/Lato-Bold.ttf", "opentype/inter/Inter-Regular.otf", "opentype/inter/Inter-SemiBold.otf",
           "truetype/crosextra/Caladea-Regular.ttf", "truetype/crosextra/Caladea-Bold.ttf", "truetype/vollkorn/Vollkorn-Regular.ttf",
           "truetype/gentium-basic/GenBasR.ttf", "truetype/firacode/FiraCode-Regular.ttf", "truetype/anonymous-pro/Anonymous Pro.ttf",
           "opentype/linux-libertine/LinLibertine_R.otf", "truetype/tuffy/tuffy_regular.ttf", "opentype/play/Play-Regular.otf", "truetype/karla/Karla-Regular.otf"],
    "zh": ["truetype/wqy/wqy-zenhei.ttc#0", "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", "truetype/lxgw-wenkai/LXGWWenKai-Bold.ttf",
           "truetype/babelstone/BabelStoneHan.ttf"]}
TRAINED = {
    "en": ["truetype/liberation/LiberationSans-Regular.ttf", "truetype/liberation/LiberationSerif-Regular.ttf", "truetype/liberation/LiberationSans-Bold.ttf",
           "truetype/dejavu/DejaVuSans.ttf", "truetype/crosextra/Carlito-Regular.ttf", "truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
           "truetype/open-sans/OpenSans-Regular.ttf", "truetype/liberation/LiberationMono-Regular.ttf", "truetype/noto/NotoSerif-Bold.ttf"],
    "zh": ["opentype/noto/NotoSansCJK-Regular.ttc#2", "opentype/noto/NotoSansCJK-Bold.ttc#2", "opentype/noto/NotoSerifCJK-Regular.ttc#2",
           "truetype/wqy/wqy-microhei.ttc#0", "truetype/arphic/ukai.ttc#0"]}
