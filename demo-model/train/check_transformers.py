"""Shows on a machine with transformers 5.17 that model.py computes what transformers computes: check_transformers.py CHECKPOINT"""
import sys

import torch
from transformers import HunYuanVLForConditionalGeneration

import tokenizer
import weights
from model import DemoModel, generate, positions, rope


def main(folder):
    torch.manual_seed(3)
    reference = HunYuanVLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa").eval()
    mine = DemoModel().eval()
    mine.load_state_dict(weights.load(folder + "/model.safetensors"))
    height, width, text = 96, 160, tokenizer.encode("提取图中的文字。12345 ab") + [tokenizer.USER]
    x = torch.randn(1, 3, height, width)
    n = (height // 32) * (width // 32 + 1) + 2
    ids = torch.tensor([[tokenizer.BOS, tokenizer.IMAGE_START] + [tokenizer.IMAGE] * n + [tokenizer.IMAGE_END] + text])
    patches = x.reshape(1, 3, height // 16, 16, width // 16, 16).permute(0, 2, 4, 1, 3, 5).reshape(-1, 768)
    inputs = dict(input_ids=ids, pixel_values=patches, image_grid_thw=torch.tensor([[1, height // 16, width // 16]]), mm_token_type_ids=(ids == tokenizer.IMAGE).int())
    with torch.no_grad():
        expected = reference(**inputs).logits
        v = mine.embed(mine.see(x)[1], torch.tensor([text]))
        cos, sin = rope(positions(height // 32, width // 32, v.shape[1], v.device))
        got = mine.read(v, cos, sin) @ mine.embedding.T
        difference = (expected - got).abs().max().item()
        print("largest difference of logits", difference, "of", expected.abs().max().item())
        assert difference < 2e-4 * max(1, expected.abs().max().item())
        answer = reference.generate(**inputs, attention_mask=torch.ones_like(ids), max_new_tokens=24, do_sample=False)[0, ids.shape[1]:].tolist()
        other = generate(mine, [x[0], torch.randn(3, 64, 96)], [text, text[3:]], 24)[0]
        answer = [t for t in answer if t not in (tokenizer.EOS, tokenizer.EOS_SENTENCE)]
        print("greedy answers", answer, other)
        assert answer == other


if __name__ == "__main__":
    main(sys.argv[1])
