namespace OnnxExport.Graphs.Cuda;

/// <summary>Which operators of HunyuanOcr.Inference stand in place of ONNX Runtime's own. Each can be left out by itself.</summary>
[Flags]
internal enum CudaKernels
{
    None = 0,

    /// <summary>Queries, keys and values split, rotated and normed in one.</summary>
    Rotation = 1,

    /// <summary>silu(gate) * up in one.</summary>
    SwiGlu = 2,

    /// <summary>Token and log-probabilities in one pass over the logits.</summary>
    Choice = 4,

    /// <summary>A further decode graph whose matrices are multiplied by a few rows at the speed of memory, norm and sum included.</summary>
    Matvec = 8,

    /// <summary>
    /// A decode graph whose matrices are multiplied on the tensor cores for some rows at a time; in all graphs but that of Matvec the
    /// logits are such a product, in 32 bits, and the residual stream stays in 32 bits.
    /// </summary>
    Products = 16,

    /// <summary>In the decode graphs of a few and of some rows: rotation, norms, cache write and attention in one, instead of Rotation and PagedAttention.</summary>
    Attention = 32,

    /// <summary>Attention in the decode graph of many rows as well.</summary>
    AttentionOfMany = 64,

    /// <summary>In the vision tower: the residual stream in 32 bits, and norms and GELU computed in 32 bits.</summary>
    Tower = 128,

    Ours = Rotation | SwiGlu | Choice | Matvec | Products | Attention | AttentionOfMany | Tower,
}
