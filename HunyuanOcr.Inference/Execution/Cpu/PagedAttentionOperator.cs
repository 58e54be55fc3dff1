using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>hunyuanocr.PagedAttention: XD-RoPE, RMSNorm of queries and keys, cache write in place and causal attention over a paged cache, for packed
/// tokens of several sequences.</summary>
/// <remarks>
/// Inputs: 0 qkv float [T, (H + 2 KV) d]; 1 cos, 2 sin float [T, d]; 3 q_norm_weight, 4 k_norm_weight float [d];
/// 5 key_cache, 6 value_cache float [blocks, KV, block_size, d], written in place; 7 cumulative_lengths int32 [B + 1]; 8 past_lengths int32 [B];
/// 9 block_table int32 [B, max_blocks]. Output: float [T, H d]. Attributes: num_heads, kv_num_heads, scale, qk_norm_epsilon.
/// </remarks>
/// <param name="threads">Threads of the session.</param>
/// <param name="width">Vector registers to use.</param>
internal sealed class PagedAttentionOperator(int threads, VectorWidth width) : CustomOperator
{
    private const OrtElementType F = OrtElementType.Float;
    private const OrtElementType I = OrtElementType.Int32;

    public override string Name => "PagedAttention";

    public override IReadOnlyList<OrtElementType> Inputs { get; } = [F, F, F, F, F, F, F, I, I, I];

    public override IReadOnlyList<OrtElementType> Outputs { get; } = [F];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes)
    {
        long heads = attributes.Integer("num_heads"), keyValueHeads = attributes.Integer("kv_num_heads");
        if (heads < 1 || keyValueHeads < 1 || heads % keyValueHeads != 0 || heads > 1024)
            throw new ArgumentException($"num_heads {heads} must be a multiple of kv_num_heads {keyValueHeads}");
        return new PagedAttentionKernel((int)heads, (int)keyValueHeads, attributes.Single("scale"), attributes.Single("qk_norm_epsilon"), threads, width);
    }
}
