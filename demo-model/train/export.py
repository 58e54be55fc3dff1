"""Writes a checkpoint folder in transformers' layout: python3 export.py WEIGHTS.safetensors [MORE.safetensors ...] FOLDER, of several weights their mean"""
import json
import os
import sys

import tokenizer
import weights
from damage import MEAN, STD
from model import EPSILON, GRID, HEAD, LEAST_PIXELS, MOST_PIXELS, PATCH, TEXT_LAYERS, VISION_LAYERS, WIDTH, DemoModel

CONFIG = {
    "architectures": ["HunYuanVLForConditionalGeneration"], "dtype": "float16", "model_type": "hunyuan_vl", "transformers_version": "5.17.0",
    "image_token_id": tokenizer.IMAGE, "im_start_id": tokenizer.IMAGE_START, "im_end_id": tokenizer.IMAGE_END, "im_newline_id": tokenizer.IMAGE_NEWLINE,
    "tie_word_embeddings": True,
    "text_config": {
        "model_type": "hunyuan_vl_text", "vocab_size": tokenizer.SIZE, "hidden_size": WIDTH, "intermediate_size": 3 * WIDTH, "num_hidden_layers": TEXT_LAYERS,
        "num_attention_heads": WIDTH // HEAD, "num_key_value_heads": WIDTH // HEAD // 2, "head_dim": HEAD, "hidden_act": "silu", "max_position_embeddings": 4096,
        "rms_norm_eps": EPSILON, "attention_bias": False, "attention_dropout": 0.0, "initializer_range": 0.02, "pretraining_tp": 1, "use_cache": True,
        "tie_word_embeddings": True, "bos_token_id": tokenizer.BOS, "eos_token_id": tokenizer.EOS, "pad_token_id": tokenizer.PAD, "eod_token_id": 3, "sep_token_id": 4,
        "rope_parameters": {"rope_type": "dynamic", "rope_theta": 10000.0, "alpha": 1000.0, "factor": 1.0, "beta_fast": 32, "beta_slow": 1, "mscale": 1.0,
                            "mscale_all_dim": 1.0, "mrope_section": [HEAD // 8] * 4}},
    "vision_config": {
        "model_type": "hunyuan_vl_vision", "hidden_size": WIDTH, "intermediate_size": 4 * WIDTH, "num_attention_heads": WIDTH // HEAD, "num_key_value_heads": WIDTH // HEAD,
        "num_hidden_layers": VISION_LAYERS, "num_channels": 3, "patch_size": PATCH, "temporal_patch_size": 1, "spatial_merge_size": 2, "out_hidden_size": WIDTH,
        "text_hidden_size": WIDTH, "max_image_size": GRID * PATCH, "min_image_size": 256, "img_max_token_num": 4096, "max_vit_seq_len": 16384,
        "interpolate_mode": "bilinear", "hidden_act": "gelu", "rms_norm_eps": EPSILON, "attention_dropout": 0.0}}
GENERATION = {"bos_token_id": tokenizer.BOS, "eos_token_id": [tokenizer.EOS, tokenizer.EOS_SENTENCE], "pad_token_id": tokenizer.PAD, "do_sample": False,
              "max_new_tokens": 1024, "repetition_penalty": 1.0}
PREPROCESSOR = {
    "image_processor_type": "HunYuanVLImageProcessor", "processor_class": "HunYuanVLProcessor", "min_pixels": LEAST_PIXELS, "max_pixels": MOST_PIXELS, "patch_size": PATCH,
    "temporal_patch_size": 1, "merge_size": 2, "resample": 3, "do_convert_rgb": True, "do_resize": True, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
    "image_mean": list(MEAN), "image_std": list(STD), "size": {"shortest_edge": LEAST_PIXELS, "longest_edge": MOST_PIXELS}}


def files():
    """{name: what the JSON file holds} of a checkpoint folder, the weights left out."""
    return {"config.json": CONFIG, "generation_config.json": GENERATION, "preprocessor_config.json": PREPROCESSOR, "tokenizer.json": tokenizer.tokenizer_json(),
            "tokenizer_config.json": tokenizer.tokenizer_config()}


def export(sources, folder):
    """Checks the names and shapes of the weights, or of the mean of several, against the model and writes the folder."""
    net = DemoModel()
    net.load_state_dict(weights.mean([weights.load(source) for source in sources]))
    os.makedirs(folder, exist_ok=True)
    for name, content in files().items():
        with open(os.path.join(folder, name), "w", encoding="utf8") as f:
            json.dump(content, f, ensure_ascii=False, indent=None if name == "tokenizer.json" else 1)
    with open(os.path.join(folder, "chat_template.jinja"), "w", encoding="utf8") as f: f.write(tokenizer.CHAT_TEMPLATE)
    weights.save(os.path.join(folder, "model.safetensors"), net.state_dict())


if __name__ == "__main__":
    if len(sys.argv) < 3: raise SystemExit(__doc__)
    export(sys.argv[1:-1], sys.argv[-1])
