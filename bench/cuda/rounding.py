"""Where 16 bits cost fidelity: the demo checkpoint's decoder in plain PyTorch on a CPU, fed the golden tokens, in 32 bits with some of its
values rounded to float16 as a card's graphs round them. For each choice: documents in which every token is still the reference's, and how
far the golden token's logit is, in the mean, from that of the last choice. The vision tower stays in 32 bits but in the choices that name it.

  rounding.py [--demo demo-model] [--out FILE]
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional

import result_file

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pytorch-worker"))
from hunyuan_vl.reader import Reader  # noqa: E402

ONE = "one sequence: activations; prompt: what goes between products"
PREFILL, DECODE, BOTH = (True, False), (False, True), (True, True)
LAYER = ("normed", "qkv", "gate_up", "activated")
CHOICES = {
    "everything in 16 bits, logits too": dict.fromkeys((*LAYER, "projected", "stream", "logits"), BOTH),
    "everything but logits": dict.fromkeys((*LAYER, "projected", "stream"), BOTH),
    "several sequences: norms and activations; prompt: what goes between products": {**dict.fromkeys((*LAYER, "projected"), PREFILL), "normed": BOTH, "activated": BOTH},
    ONE: {**dict.fromkeys((*LAYER, "projected"), PREFILL), "activated": BOTH},
    "only queries, keys, values and what attention gives": {},
}
# Of the tower: whether its residual stream and what its merger hands on are rounded, beside everything else in it. The decoder is then that of one sequence.
TOWERS = {
    "one sequence, vision tower in 16 bits": (True, True),
    "one sequence, vision tower in 16 bits but for its residual stream": (False, True),
    "one sequence, vision tower in 16 bits but for its residual stream and its merger": (False, False),
}


def narrowed(x):
    return x.half().float()


def rms(x, weight, epsilon):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + epsilon) * weight


def logits(decoder, embeddings, positions, prompt, rounded):
    """Logits from the prompt's last token on; `rounded` names values and whether they are rounded in (prompt, answer)."""
    shape, count = decoder.shape, len(embeddings)
    cos, sin = decoder._rotary(positions)
    mask = torch.full((count, count), float("-inf")).triu_(1)
    of_prompt = (torch.arange(count) < prompt)[:, None]

    def narrow(x, name):
        first, second = rounded.get(name, (False, False))
        return torch.where(of_prompt, narrowed(x) if first else x, narrowed(x) if second else x)

    hidden = embeddings
    for w in decoder._layers:
        heads = narrow(functional.linear(narrow(rms(hidden, w["input_layernorm.weight"], shape.epsilon), "normed"), w["qkv"]), "qkv").view(count, -1, shape.head_size)
        turned, value = heads[:, :-shape.kv_heads], narrowed(heads[:, -shape.kv_heads:])
        low, high = turned.chunk(2, -1)
        turned = turned * cos + torch.cat([-high, low], -1) * sin
        query = narrowed(rms(turned[:, :shape.heads], w["self_attn.query_layernorm.weight"], shape.epsilon))
        key = narrowed(rms(turned[:, shape.heads:], w["self_attn.key_layernorm.weight"], shape.epsilon))
        groups = shape.heads // shape.kv_heads
        scores = torch.einsum("qhd,khd->hqk", query, key.repeat_interleave(groups, 1)) * shape.head_size**-0.5 + mask
        mixed = narrowed(torch.einsum("hqk,khd->qhd", torch.softmax(scores, -1), value.repeat_interleave(groups, 1)).reshape(count, -1))
        hidden = narrow(hidden + narrow(functional.linear(mixed, w["self_attn.o_proj.weight"]), "projected"), "stream")
        gate, up = narrow(functional.linear(narrow(rms(hidden, w["post_attention_layernorm.weight"], shape.epsilon), "normed"), w["gate_up"]), "gate_up").chunk(2, -1)
        activated = narrow(functional.silu(gate) * up, "activated")
        hidden = narrow(hidden + narrow(functional.linear(activated, w["mlp.down_proj.weight"]), "projected"), "stream")
    of_prompt = of_prompt[prompt - 1:]
    return narrow(functional.linear(narrow(rms(hidden[prompt - 1:], decoder._norm, shape.epsilon), "normed"), decoder._head), "logits")


def vectors(tower, patches, grid, narrow_stream, narrow_merger):
    """What the tower makes of a picture, [vectors, text hidden], with its values rounded to float16 as the card holds them: products first, biases after."""
    shape, size, epsilon = tower._shape, (tower._shape.hidden,), tower._shape.epsilon
    stream = narrowed if narrow_stream else lambda x: x

    def product(x, weight):
        return narrowed(functional.linear(x, weight))

    positions = functional.interpolate(tower._positions, size=grid, mode="bilinear", align_corners=False).flatten(2)[0].T
    hidden = stream(product(narrowed(patches), tower._patch_weight) + tower._patch_bias + narrowed(positions))
    for w in tower._layers:
        normed = narrowed(functional.layer_norm(hidden, size, w["layer_norm1.weight"], w["layer_norm1.bias"], epsilon))
        of_queries, _, of_values = w["qkv.bias"].chunk(3)
        query, key, value = product(normed, w["qkv.weight"]).chunk(3, -1)
        query, key, value = (x.reshape(len(hidden), shape.heads, -1).transpose(0, 1) for x in (narrowed(query + of_queries), key, value))
        weights = narrowed(torch.softmax(query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5, -1))
        mixed = narrowed(weights @ value).transpose(0, 1).reshape(len(hidden), -1)
        bias = narrowed(w["self_attn.o_proj.bias"] + w["self_attn.o_proj.weight"] @ of_values)
        hidden = stream(hidden + product(mixed, w["self_attn.o_proj.weight"]) + bias)
        normed = narrowed(functional.layer_norm(hidden, size, w["layer_norm2.weight"], w["layer_norm2.bias"], epsilon))
        activated = narrowed(functional.gelu(product(normed, w["mlp.fc1.weight"]) + w["mlp.fc1.bias"]))
        hidden = stream(hidden + product(activated, w["mlp.fc2.weight"]) + w["mlp.fc2.bias"])
    return merged(tower, hidden, grid) if narrow_merger else narrowed(tower._merge(hidden, grid))


def merged(tower, hidden, grid):
    """What the tower's merger makes of its last layer, [vectors, text hidden], rounded likewise."""
    w, shape, m = tower._merger, tower._shape, tower._shape.merge
    rows, columns = grid[0] // m, grid[1] // m
    squares = narrowed(rms(hidden, w["before_rms.weight"], shape.epsilon)).view(rows, m, columns, m, shape.hidden).permute(0, 2, 4, 1, 3).reshape(rows, columns, -1)
    activated = narrowed(functional.gelu(narrowed(functional.linear(squares, w["proj_conv.weight"])) + w["proj_conv.bias"]))
    projected = narrowed(functional.linear(activated, w["proj_out.weight"], w["proj_out.bias"]))
    lines = torch.cat([projected, w["image_newline"].expand(rows, 1, -1)], 1).view(rows * (columns + 1), -1)
    text = narrowed(functional.linear(lines, w["mlp.weight"], w["mlp.bias"]))
    return narrowed(rms(torch.cat([w["image_begin"][None], text, w["image_end"][None]]), w["after_rms.weight"], shape.epsilon))


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", type=Path, default=ROOT / "demo-model")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    reader = Reader(options.demo / "checkpoint", torch.float32, "cpu")
    decoder, image = reader.decoder, reader.checkpoint.ids.image
    golden = json.loads((options.demo / "golden" / "golden.json").read_text(encoding="utf-8"))
    tokens_in_all, near_ties = 0, 0
    rows = {name: dict(documents=0, equal=0, distances=[]) for name in (*TOWERS, *CHOICES)}
    for document in golden["documents"]:
        answer = next(answer for answer in document["answers"] if answer["task"] == "spotting")
        page = reader.page(Image.open(options.demo / "documents" / document["file"]).convert("RGB"), answer["prompt"])
        ids, tokens = torch.tensor(page.ids + answer["tokens"][:-1]), torch.tensor(answer["tokens"])
        embeddings = decoder.embedding[ids]
        exact = narrowed(reader.vision(page.patches, page.grid))
        given = reader._positions(page)
        positions = torch.arange(len(ids)).repeat(given.shape[0], 1)
        positions[:, :len(page.ids)] = given
        places = torch.arange(len(tokens))
        made = {}
        for name in rows:
            embeddings[ids == image] = vectors(reader.vision, page.patches, page.grid, *TOWERS[name]) if name in TOWERS else exact
            made[name] = logits(decoder, embeddings, positions, len(page.ids), CHOICES[ONE if name in TOWERS else name])
        tokens_in_all += len(tokens)
        near_ties += sum(gap < 0.002 for gap in answer["gaps"])
        least = made[list(CHOICES)[-1]]
        for name, found in made.items():
            rows[name]["documents"] += 1
            rows[name]["equal"] += bool((found.argmax(-1) == tokens).all())
            rows[name]["distances"].append(float((found - least)[places, tokens].abs().mean()))
    result = dict(weights_sha256=golden["weights_sha256"], tokens=tokens_in_all, leads_under_0_002=near_ties, choices=[
        dict(rounded=name, documents=row["documents"], equal=row["equal"], mean_distance_of_logits=round(sum(row["distances"]) / len(row["distances"]), 6)) for name, row in rows.items()])
    print(json.dumps(result, indent=1))
    if options.out:
        result_file.write(options.out, "rounding", result)


if __name__ == "__main__":
    main()
