namespace OnnxExport.Graphs.Cuda;

/// <summary>The names of <see cref="CudaKernels"/> on the command line and in genai_config.json.</summary>
internal static class KernelNames
{
    private static readonly CudaKernels[] Single = [CudaKernels.Rotation, CudaKernels.SwiGlu, CudaKernels.Choice, CudaKernels.Matvec, CudaKernels.Products, CudaKernels.Attention, CudaKernels.AttentionOfMany, CudaKernels.Tower];

    public static IEnumerable<string> Of(CudaKernels kernels) =>
        Single.Where(kernel => kernels.HasFlag(kernel)).Select(kernel => kernel.ToString().ToLowerInvariant());

    /// <summary>operators, ours, or names with commas between them; null where one is unknown.</summary>
    public static CudaKernels? Parse(string names)
    {
        if (names == "operators")
            return CudaKernels.None;
        if (names == "ours")
            return CudaKernels.Ours;
        CudaKernels kernels = CudaKernels.None;
        foreach (string name in names.Split(','))
        {
            CudaKernels found = Single.FirstOrDefault(kernel => kernel.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
            if (found == CudaKernels.None)
                return null;
            kernels |= found;
        }
        return kernels;
    }
}
