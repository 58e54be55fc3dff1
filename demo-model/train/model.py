"""HunYuanVL at the demo's size in plain PyTorch, with the parameter names of transformers' HunYuanVLForConditionalGeneration.

Equal to transformers' forward (test on a machine that has it: check_transformers.py). Written as functions of the parameters so that one
compiled block serves all layers and all page sizes.
"""
import functools
import math

import torch
import torch.nn.functional as F
from torch import nn

import eight_bits
import tokenizer

WIDTH, VISION_LAYERS, TEXT_LAYERS, GRID, HEAD, PATCH = 256, 7, 5, 48, 64, 16
EPSILON, ROPE_BASE = 1e-5, 10000.0 * 1000.0 ** (HEAD / (HEAD - 2))
MOST_PIXELS, LEAST_PIXELS = 896 * 896, 640 * 640        # of a picture as the model sees it; print of 11 px is hard to read, so small pictures are scaled up


def scaled_size(height, width):
    """(height, width) in multiples of 32 between the least and the most pixels, as the processor chooses them."""
    h, w = round(height / 32) * 32, round(width / 32) * 32
    if h * w > MOST_PIXELS:
        b = math.sqrt(height * width / MOST_PIXELS)
        h, w = max(32, math.floor(height / b / 32) * 32), max(32, math.floor(width / b / 32) * 32)
    elif h * w < LEAST_PIXELS:
        b = math.sqrt(LEAST_PIXELS / (height * width))
        h, w = math.ceil(height * b / 32) * 32, math.ceil(width * b / 32) * 32
    return h, w


def _group(**children):
    m = nn.Module()
    for name, child in children.items():
        setattr(m, name, child)
    return m


class Scale(nn.Module):
    """The weight of an RMS norm."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))


def _vision_layer():
    d = WIDTH
    return _group(layer_norm1=nn.LayerNorm(d), layer_norm2=nn.LayerNorm(d), mlp=_group(fc1=nn.Linear(d, 4 * d), fc2=nn.Linear(4 * d, d)),
                  self_attn=_group(q_proj=nn.Linear(d, d), k_proj=nn.Linear(d, d), v_proj=nn.Linear(d, d), o_proj=nn.Linear(d, d)))


def _text_layer():
    d, plain = WIDTH, lambda i, o: nn.Linear(i, o, bias=False)
    return _group(input_layernorm=Scale(d), post_attention_layernorm=Scale(d),
                  self_attn=_group(q_proj=plain(d, d), k_proj=plain(d, d // 2), v_proj=plain(d, d // 2), o_proj=plain(d, d),
                                   query_layernorm=Scale(HEAD), key_layernorm=Scale(HEAD)),
                  mlp=_group(gate_proj=plain(d, 3 * d), up_proj=plain(d, 3 * d), down_proj=plain(3 * d, d)))


def _merger():
    d = WIDTH
    m = _group(proj_conv=nn.Conv2d(d, 2 * d, 2, 2), proj_out=nn.Conv2d(2 * d, 4 * d, 1), mlp=nn.Linear(4 * d, d), before_rms=Scale(d), after_rms=Scale(d))
    for name, width in (("image_newline", 4 * d), ("image_begin", d), ("image_end", d), ("image_sep", d)):
        setattr(m, name, nn.Parameter(torch.randn(width) * d ** -.5))
    return m


# ---- blocks, as functions of their parameters
if hasattr(F, "scaled_dot_product_attention"):
    attention = F.scaled_dot_product_attention
else:                                                  # PyTorch 1.13, for tests
    def attention(q, k, v, attn_mask=None, is_causal=False):
        score = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        if is_causal:
            attn_mask = torch.ones(score.shape[-2:], dtype=torch.bool, device=q.device).tril()
        if attn_mask is not None: score = score.masked_fill(~attn_mask, float("-inf"))
        return score.softmax(-1) @ v


def rms(x, weight):
    y = x.float()
    return (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + EPSILON)).to(x.dtype) * weight.to(x.dtype)


def heads(x, w, b=None):
    return F.linear(x, w, b).unflatten(-1, (-1, HEAD)).transpose(1, 2)


def rotate(x, cos, sin):
    """The model's multi-axis rotation, in float32."""
    x = x.float()
    return x * cos + torch.cat((-x[..., HEAD // 2:], x[..., :HEAD // 2]), -1) * sin


def vision_block(rounded, x, n1w, n1b, qw, qb, kw, kb, vw, vb, ow, ob, n2w, n2b, f1w, f1b, f2w, f2b):
    """rounded: what is multiplied with the weights, in 8 bits."""
    near = eight_bits.rounder(rounded, eight_bits.pictures)
    y = near(F.layer_norm(x, (WIDTH,), n1w, n1b, EPSILON))
    a = attention(heads(y, qw, qb), heads(y, kw, kb), heads(y, vw, vb))
    x = x + F.linear(near(a.transpose(1, 2).flatten(2)), ow, ob)
    y = near(F.layer_norm(x, (WIDTH,), n2w, n2b, EPSILON))
    return x + F.linear(near(F.gelu(F.linear(y, f1w, f1b))), f2w, f2b)


def keys_and_queries(y, cos, sin, qw, kw, vw, qn, kn):
    q, k, v = heads(y, qw), heads(y, kw), heads(y, vw)
    return rms(rotate(q, cos, sin), qn).to(v.dtype), rms(rotate(k, cos, sin), kn).to(v.dtype), v


def repeat(x, times):
    """Key or value heads for grouped-query attention."""
    return x[:, :, None].expand(-1, -1, times, -1, -1).flatten(1, 2)


def swiglu(near, x, n2, gw, uw, dw):
    y = near(rms(x, n2))
    return x + F.linear(near(F.silu(F.linear(y, gw)) * F.linear(y, uw)), dw)


def text_block(rounded, x, cos, sin, n1, qw, kw, vw, ow, qn, kn, n2, gw, uw, dw):
    """rounded: what is multiplied with the weights, in 8 bits."""
    near = eight_bits.rounder(rounded, eight_bits.blocks)
    q, k, v = keys_and_queries(near(rms(x, n1)), cos, sin, qw, kw, vw, qn, kn)
    a = attention(q, repeat(k, 2), repeat(v, 2), is_causal=True)
    return swiglu(near, x + F.linear(near(a.transpose(1, 2).flatten(2)), ow), n2, gw, uw, dw)


def rope(positions):
    """positions [4, ..., T] -> cos, sin float32 [..., T, 64]: column block j takes its angle from axis j."""
    inverse = 1 / ROPE_BASE ** (torch.arange(0, HEAD, 2, device=positions.device).float() / HEAD)
    angle = positions.float()[..., None] * inverse
    angle = torch.cat((angle, angle), -1)
    block = HEAD // 4
    angle = torch.cat([angle[j, ..., block * j:block * (j + 1)] for j in range(4)], -1)
    return angle.cos(), angle.sin()


def positions(rows, columns, length, device):
    """[4, length] for bos, image start, image begin, a grid of rows x (columns + 1), then text."""
    p = torch.arange(length, device=device).view(1, -1).repeat(4, 1)
    n = rows * (columns + 1)
    p[1, 3:3 + n] = torch.arange(columns + 1, device=device).repeat(rows)
    p[2, 3:3 + n] = torch.arange(rows, device=device).repeat_interleave(columns + 1)
    p[3, 3:3 + n] = 0
    return p


@functools.lru_cache(None)
def _frame(device):
    return torch.tensor([[tokenizer.BOS, tokenizer.IMAGE_START, tokenizer.IMAGE_END]], device=device)


class DemoModel(nn.Module):
    def __init__(self):
        super().__init__()
        tower = _group(embeddings=_group(patch_embedding=nn.Conv2d(3, WIDTH, PATCH, PATCH), position_embedding=nn.Embedding(GRID * GRID + 1, WIDTH)),
                       layers=nn.ModuleList(_vision_layer() for _ in range(VISION_LAYERS)), patch_merger=_merger())
        language = _group(embed_tokens=nn.Embedding(tokenizer.SIZE, WIDTH), layers=nn.ModuleList(_text_layer() for _ in range(TEXT_LAYERS)), norm=Scale(WIDTH))
        self.model = _group(vision_tower=tower, language_model=language)
        self.vision_block, self.text_block = vision_block, text_block
        self.rounded = False, False                    # vision tower, decoder: see eight_bits.py
        self._initialise()

    @torch.no_grad()
    def _initialise(self):
        for name, p in self.named_parameters():
            if p.ndim >= 2: nn.init.normal_(p, std=.02)
            elif name.endswith("bias"): nn.init.zeros_(p)
        nn.init.normal_(self.model.vision_tower.embeddings.patch_embedding.weight, std=.03)
        # The position grid starts as 2-D sines, so that neighbours can be found from the first step.
        wave = math.pi * GRID ** (torch.arange(WIDTH // 4).float() / (WIDTH // 4 - 1)) / GRID
        a = torch.arange(GRID).float()[:, None] * wave
        e = torch.cat([a.sin(), a.cos()], 1)
        grid = torch.cat([e[:, None].expand(-1, GRID, -1), e[None].expand(GRID, -1, -1)], -1)
        self.model.vision_tower.embeddings.position_embedding.weight[1:].copy_(grid.reshape(-1, WIDTH) * .3)

    def compile(self):
        """Compiles the two blocks for all shapes at once."""
        torch._dynamo.config.recompile_limit = 64
        self.vision_block = torch.compile(vision_block, dynamic=True)
        self.text_block = torch.compile(text_block, dynamic=True)

    @property
    def embedding(self):
        return self.model.language_model.embed_tokens.weight

    def see(self, x):
        """Normalised pixels [B,3,H,W] -> patch vectors [B, h*w, 256], image vectors [B, (h/2)*(w/2+1)+2, 256]."""
        b, _, height, width = x.shape
        h, w, tower = height // PATCH, width // PATCH, self.model.vision_tower
        e, m = tower.embeddings, tower.patch_merger
        p = x.reshape(b, 3, h, PATCH, w, PATCH).permute(0, 2, 4, 1, 3, 5).reshape(b, h * w, -1)
        z = F.linear(p, e.patch_embedding.weight.flatten(1), e.patch_embedding.bias)
        grid = e.position_embedding.weight[1:].view(1, GRID, GRID, WIDTH).permute(0, 3, 1, 2).float()
        grid = F.interpolate(grid, size=(h, w), mode="bilinear", align_corners=False)
        z = z + grid.permute(0, 2, 3, 1).reshape(1, -1, WIDTH).to(z.dtype)
        for layer in tower.layers: z = self.vision_block(self.rounded[0], z, *_vision_parameters(layer))
        y = rms(z, m.before_rms.weight).view(b, h // 2, 2, w // 2, 2, WIDTH).permute(0, 1, 3, 5, 2, 4).reshape(b, h // 2, w // 2, 4 * WIDTH)
        y = F.gelu(F.linear(y, m.proj_conv.weight.flatten(1), m.proj_conv.bias))
        y = F.linear(y, m.proj_out.weight.flatten(1), m.proj_out.bias)
        y = torch.cat([y, m.image_newline.to(y.dtype).expand(b, h // 2, 1, -1)], 2).flatten(1, 2)
        y = F.linear(y, m.mlp.weight, m.mlp.bias)
        y = torch.cat([m.image_begin.to(y.dtype).expand(b, 1, -1), y, m.image_end.to(y.dtype).expand(b, 1, -1)], 1)
        return z, rms(y, m.after_rms.weight)

    def embed(self, image, tokens):
        """The input vectors of bos, image start, the image, image end, tokens [B,T]."""
        e, b = self.embedding.to(image.dtype), image.shape[0]
        known = F.embedding(_frame(image.device).expand(b, -1), e)
        return torch.cat([known[:, :2], image, known[:, 2:], F.embedding(tokens, e)], 1)

    def read(self, x, cos, sin):
        """Input vectors [B,T,256] -> last hidden vectors, causal."""
        language = self.model.language_model
        for layer in language.layers: x = self.text_block(self.rounded[1], x, cos, sin, *_text_parameters(layer))
        x = rms(x, language.norm.weight)
        return eight_bits.rounder(self.rounded[1], eight_bits.blocks)(x)


def _vision_parameters(layer):
    a, m = layer.self_attn, layer.mlp
    modules = (layer.layer_norm1, a.q_proj, a.k_proj, a.v_proj, a.o_proj, layer.layer_norm2, m.fc1, m.fc2)
    return [p for module in modules for p in (module.weight, module.bias)]


def _text_parameters(layer):
    a, m = layer.self_attn, layer.mlp
    return [x.weight for x in (layer.input_layernorm, a.q_proj, a.k_proj, a.v_proj, a.o_proj, a.query_layernorm, a.key_layernorm,
                               layer.post_attention_layernorm, m.gate_proj, m.up_proj, m.down_proj)]


@torch.no_grad()
def generate(model, pictures, prompts, limit=2500):
    """Greedy answers (token ids without the end) for normalised pictures [3,H,W] and prompts (ids, closed by USER), all in one batch."""
    device, language = model.embedding.device, model.model.language_model
    rows, places = [None] * len(pictures), [None] * len(pictures)
    by_size = {}
    for i, picture in enumerate(pictures): by_size.setdefault(tuple(picture.shape), []).append(i)
    for (_, height, width), members in by_size.items():
        _, image = model.see(torch.stack([pictures[i] for i in members]).to(device))
        for i, vectors in zip(members, image):
            rows[i] = model.embed(vectors[None], torch.tensor([prompts[i]], device=device))[0]
            places[i] = positions(height // 32, width // 32, len(rows[i]), device)
    length = max(map(len, rows))
    b, total = len(rows), length + limit
    x = torch.zeros(b, length, WIDTH, device=device)
    place = torch.zeros(4, b, length, device=device)
    seen = torch.zeros(b, total, dtype=torch.bool, device=device)
    for i, row in enumerate(rows):                     # shorter rows stand at the right; what is left of them is masked
        x[i, length - len(row):], place[:, i, length - len(row):], seen[i, length - len(row):length] = row, places[i], True
    causal = torch.ones(length, length, dtype=torch.bool, device=device).tril() & seen[:, None, None, :length] | torch.eye(length, dtype=torch.bool, device=device)
    lengths = torch.tensor([len(row) for row in rows], device=device)
    keys = torch.zeros(TEXT_LAYERS, 2, b, 2, total, HEAD, device=device)
    end, out = length, []
    done = torch.zeros(b, dtype=torch.bool, device=device)
    for step in range(limit):
        cos, sin = (t[:, None] for t in rope(place))
        for n, layer in enumerate(language.layers):
            n1, qw, kw, vw, ow, qn, kn, n2, gw, uw, dw = _text_parameters(layer)
            q, k, v = keys_and_queries(rms(x, n1), cos, sin, qw, kw, vw, qn, kn)
            keys[n, 0, :, :, end - x.shape[1]:end], keys[n, 1, :, :, end - x.shape[1]:end] = k, v
            mask = causal if step == 0 else seen[:, None, None, :end]
            a = attention(q, repeat(keys[n, 0, :, :, :end], 2), repeat(keys[n, 1, :, :, :end], 2), attn_mask=mask)
            x = swiglu(eight_bits.rounder(False, None), x + F.linear(a.transpose(1, 2).flatten(2), ow), n2, gw, uw, dw)
        token = F.linear(rms(x[:, -1], language.norm.weight), model.embedding).argmax(-1)
        out.append(torch.where(done, torch.full_like(token, tokenizer.EOS), token))
        done |= (token == tokenizer.EOS) | (token == tokenizer.EOS_SENTENCE)
        if step % 16 == 15 and done.all() or end >= total: break
        seen[:, end] = True
        end += 1
        x, place = F.embedding(token, model.embedding)[:, None], (lengths + step).expand(4, -1)[..., None]
    answers = torch.stack(out, 1).tolist()
    return [row[:next((i for i, t in enumerate(row) if t in (tokenizer.EOS, tokenizer.EOS_SENTENCE)), len(row))] for row in answers]
