using System.Numerics;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.DecodeAttention and DecodeAttentionWide: the new token of each sequence attends to all of its sequence in the paged cache, and is stored there.</summary>
/// <remarks>
/// Inputs: 0 qkv [B, (H + 2 KV) d], E or, where they are wide, float; 1 cos, 2 sin float [B, d], or [B, d / 2] where both halves of a head turn
/// alike; 3 q_norm_weight, 4 k_norm_weight float [d]; 5 key_cache, 6 value_cache E [blocks, block size, KV, d]; 7 past_lengths int32 [B]; 8
/// block_table int32 [B, blocks of a sequence]; 9 slot_mapping int32 [B], -1: the token is not stored; 10 float, output 3 of the layer before, not
/// read: ONNX Runtime keeps an output that nobody takes until the run ends, so the parts of all layers would be there at once. The first layer
/// and folders exported earlier have none. Outputs: 0 E [B, H d]; 1, 2 the caches, in the memory of the inputs; 3 float [B, H, chunks, d + 2],
/// what the parts of a sequence leave to each other. d is 16, 32, 64 or 128; a block has a power of two of tokens, 16 at least. Attributes:
/// num_heads, kv_num_heads, epsilon, scale.
/// </remarks>
/// <param name="type">Number format of the model.</param>
/// <param name="code">decode_attention.</param>
/// <param name="wide">Whether queries, keys and values come in 32 bits.</param>
internal sealed class DecodeAttentionOperator(OrtElementType type, DeviceCode code, bool wide) : CardOperator(type)
{
    private const OrtElementType F = OrtElementType.Float;
    private const OrtElementType I = OrtElementType.Int32;

    // Constants of decode_attention.cu; the third is of its kernels that take several chunks a block.
    private const int Threads = 256;
    private const long Chunk = 128;
    private const long BlocksOfMultiprocessor = 2;

    /// <summary>Sequences of which each chunk has a block of its own: with more, about as many blocks as run at a time take several each.</summary>
    private const long FewRows = 4;

    /// <summary>A block takes no more: one sequence far longer than those beside it would keep the launch waiting.</summary>
    private const long MostChunks = 16;

    private static readonly int[] Sizes = [16, 32, 64, 128];

    /// <summary>For each size, with a block for each chunk of a sequence and with several chunks a block.</summary>
    private readonly (DeviceFunction One, DeviceFunction Several)[] functions =
        [.. Sizes.Select(size => (code.Function(KernelName("", type, wide, size)), code.Function(KernelName("several_", type, wide, size))))];

    /// <summary>Blocks that run on the card at a time.</summary>
    private readonly long wave = BlocksOfMultiprocessor * code.Context.Multiprocessors;

    public override string Name => wide ? "DecodeAttentionWide" : "DecodeAttention";

    public override IReadOnlyList<OrtElementType> Inputs => [wide ? F : Type, F, F, F, F, Type, Type, I, I, I, F];

    public override int OptionalInputs => 1;

    public override IReadOnlyList<OrtElementType> Outputs => [Type, Type, Type, F];

    /// <summary>Bytes of output 3.</summary>
    /// <param name="rows">Sequences.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="tokens">Most of a sequence.</param>
    /// <param name="size">Of a head.</param>
    public static long BytesOfParts(long rows, long heads, long tokens, long size) => sizeof(float) * rows * heads * Chunks(tokens) * (size + 2);

    /// <summary>How many blocks share a sequence and the query heads of a unit.</summary>
    /// <param name="wave">Blocks that run at a time.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="units">Blocks of a sequence that share nothing.</param>
    /// <param name="chunks">Parts of a sequence.</param>
    internal static long Sharing(long wave, long rows, long units, long chunks) =>
        rows <= FewRows ? chunks : Math.Clamp(wave / (rows * units), (chunks + MostChunks - 1) / MostChunks, chunks);

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(this, attributes.Integer("num_heads"), attributes.Integer("kv_num_heads"),
        attributes.Single("epsilon"), attributes.Single("scale") * MathF.Log2(MathF.E));

    private static string KernelName(string chunks, OrtElementType type, bool wide, int size) =>
        $"decode_attention_{chunks}{(wide ? "wide_" : "")}{(type == OrtElementType.BFloat16 ? "bf16" : "fp16")}_{size}";

    private static long Chunks(long tokens) => (tokens + Chunk - 1) / Chunk;

    private (DeviceFunction One, DeviceFunction Several) For(long size)
    {
        int place = Array.IndexOf(Sizes, (int)size);
        return place >= 0 ? functions[place] : throw new ArgumentException($"heads of {size} numbers; 16, 32, 64 and 128 are possible");
    }

    /// <param name="operation">Whose node this is.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="keyValueHeads">Key and value heads.</param>
    /// <param name="epsilon">Of the norms.</param>
    /// <param name="scale">Of scores that are powers of two.</param>
    private sealed unsafe class Kernel(DecodeAttentionOperator operation, long heads, long keyValueHeads, float epsilon, float scale) : CustomKernel
    {
        // Constants of decode_attention.cu, too.
        private const long HeadsTogether = 2;
        private const long MostCounters = 16384;
        private const long LeastBlock = 16;

        private (DeviceFunction One, DeviceFunction Several)? functions;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> packed = stackalloc long[2], angles = stackalloc long[2], weight = stackalloc long[1], cache = stackalloc long[4], row = stackalloc long[1], blocks = stackalloc long[2];
            void* qkv = context.Input(0, packed);
            void* cos = context.Input(1, angles);
            void* sin = context.Input(2, angles);
            void* queryWeight = context.Input(3, weight);
            void* keyWeight = context.Input(4, weight);
            void* keys = context.Input(5, cache);
            void* values = context.Input(6, cache);
            void* past = context.Input(7, row);
            void* table = context.Input(8, blocks);
            void* slots = context.Input(9, row);
            long rows = packed[0], size = cache[3], blockSize = cache[1], group = heads / keyValueHeads, units = keyValueHeads * ((group + HeadsTogether - 1) / HeadsTogether);
            if (packed[1] != (heads + (2 * keyValueHeads)) * size || weight[0] != size || cache[2] != keyValueHeads || group * keyValueHeads != heads)
                throw new ArgumentException($"{packed[1]} columns are not {heads} + 2 x {keyValueHeads} heads of {weight[0]}, for a cache of {cache[2]} heads of {size}");
            if (angles[0] != rows || (angles[1] != size && angles[1] != size / 2) || row[0] != rows || blocks[0] != rows)
                throw new ArgumentException($"{rows} rows, angles [{angles[0]}, {angles[1]}] for heads of {size}, {row[0]} places, {blocks[0]} rows of blocks");
            if (!BitOperations.IsPow2(blockSize) || blockSize < LeastBlock || rows * units > MostCounters)
                throw new ArgumentException($"blocks of {blockSize} tokens, {rows} rows of {units} heads: a power of two from {LeastBlock} on, and {MostCounters} heads in all");
            void* output = context.Output(0, rows, heads * size);
            if (context.Output(1, cache) != keys || context.Output(2, cache) != values)
                throw new ArgumentException("the caches' outputs are not in the memory of the inputs");
            long chunks = Chunks(blocks[1] * blockSize);
            void* partial = context.Output(3, rows, heads, chunks, size + 2);
            if (rows == 0)
                return;
            long sharing = Sharing(operation.wave, rows, units, chunks);
            KernelArguments arguments = default(KernelArguments).Add(qkv).Add(cos).Add(sin).Add(queryWeight).Add(keyWeight).Add(keys).Add(values).Add(past).Add(table).Add(slots)
                .Add(output).Add(partial).Add(group).Add(keyValueHeads).Add(blocks[1]).Add(chunks).Add(BitOperations.Log2((ulong)blockSize)).Add(angles[1]).Add(epsilon).Add(scale);
            functions ??= operation.For(size);
            (sharing < chunks ? functions.Value.Several : functions.Value.One).Launch(context.GpuStream(), (units, sharing, rows), Threads, 0, ref arguments);
        }
    }
}
