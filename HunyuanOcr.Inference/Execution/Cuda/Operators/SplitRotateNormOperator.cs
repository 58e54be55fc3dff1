using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.SplitRotateNorm and SplitRotateNormWide: packed queries, keys and values to rotated and normed queries and keys, and values.</summary>
/// <remarks>
/// Inputs: 0 qkv [T, (H + 2 KV) d], E or, where they are wide, float; 1 cos, 2 sin float [T, d], or [T, d / 2] where both halves of a head turn alike; 3 q_norm_weight,
/// 4 k_norm_weight float [d]. Outputs: E [T, H d], [T, KV d], [T, KV d]. Attributes: num_heads, kv_num_heads, epsilon.
/// </remarks>
/// <param name="type">Number format of the model.</param>
/// <param name="code">split_rotate_norm.</param>
/// <param name="wide">Whether queries, keys and values come in 32 bits.</param>
internal sealed class SplitRotateNormOperator(OrtElementType type, DeviceCode code, bool wide) : CardOperator(type)
{
    private const OrtElementType F = OrtElementType.Float;

    private readonly DeviceFunction function = code.Function((wide ? "split_rotate_norm_wide" : "split_rotate_norm") + (type == OrtElementType.BFloat16 ? "_bf16" : "_fp16"));

    public override string Name => wide ? "SplitRotateNormWide" : "SplitRotateNorm";

    public override IReadOnlyList<OrtElementType> Inputs => [wide ? F : Type, F, F, F, F];

    public override IReadOnlyList<OrtElementType> Outputs => [Type, Type, Type];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) =>
        new Kernel(function, attributes.Integer("num_heads"), attributes.Integer("kv_num_heads"), attributes.Single("epsilon"));

    private sealed unsafe class Kernel(DeviceFunction function, long heads, long keyValueHeads, float epsilon) : CustomKernel
    {
        /// <summary>Heads of a block: one a warp.</summary>
        private const int Warps = 4;

        private const int MostHeadSize = 512;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> packed = stackalloc long[2], angles = stackalloc long[2], weight = stackalloc long[1];
            void* qkv = context.Input(0, packed);
            void* cos = context.Input(1, angles);
            void* sin = context.Input(2, angles);
            void* queryWeight = context.Input(3, weight);
            void* keyWeight = context.Input(4, weight);
            long tokens = packed[0], perToken = heads + (2 * keyValueHeads), size = packed[1] / perToken;
            if (size * perToken != packed[1] || size % 2 != 0 || size > MostHeadSize || weight[0] != size)
                throw new ArgumentException($"{packed[1]} columns are not {perToken} heads of {weight[0]}");
            if (angles[0] != tokens || (angles[1] != size && angles[1] != size / 2))
                throw new ArgumentException($"cosines are [{angles[0]}, {angles[1]}] for {tokens} tokens and heads of {size}");
            void* query = context.Output(0, tokens, heads * size);
            void* key = context.Output(1, tokens, keyValueHeads * size);
            void* value = context.Output(2, tokens, keyValueHeads * size);
            if (tokens == 0)
                return;
            KernelArguments arguments = default(KernelArguments).Add(qkv).Add(cos).Add(sin).Add(queryWeight).Add(keyWeight).Add(query).Add(key).Add(value)
                .Add(tokens).Add(heads).Add(keyValueHeads).Add(size).Add(angles[1]).Add(epsilon);
            function.Launch(context.GpuStream(), ((tokens * perToken) + Warps - 1) / Warps, 1, Warps * 32, 0, ref arguments);
        }
    }
}
