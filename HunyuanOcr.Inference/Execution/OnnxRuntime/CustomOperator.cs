namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>An operator of ours: its name and types, and a kernel for each node.</summary>
internal abstract class CustomOperator
{
    public abstract string Name { get; }

    /// <summary>Where it runs, as ONNX Runtime calls it; null for the CPU. Its inputs and outputs lie in that provider's memory.</summary>
    public virtual string? Provider => null;

    public abstract IReadOnlyList<OrtElementType> Inputs { get; }

    /// <summary>How many of the inputs, the last ones, a node may lack.</summary>
    public virtual int OptionalInputs => 0;

    public abstract IReadOnlyList<OrtElementType> Outputs { get; }

    /// <summary>Makes the kernel of one node; called while a session opens. What it throws becomes the session's error.</summary>
    public abstract CustomKernel CreateKernel(OrtKernelInfo attributes);
}

/// <summary>The work of one node.</summary>
internal abstract class CustomKernel
{
    /// <summary>Runs the node. What it throws becomes the error of the run.</summary>
    public abstract void Compute(OrtKernelContext context);
}
