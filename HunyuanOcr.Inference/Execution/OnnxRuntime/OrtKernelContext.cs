namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>The inputs and outputs of a node in one run, and the session's thread pool. Allocates nothing.</summary>
internal readonly unsafe ref struct OrtKernelContext(OrtApi api, nint context)
{
    /// <summary>An input's memory and shape.</summary>
    /// <param name="index">Which input.</param>
    /// <param name="shape">Receives the sizes; exactly as long as the rank that the operator expects.</param>
    /// <exception cref="ArgumentException">It has another rank.</exception>
    public void* Input(int index, Span<long> shape)
    {
        nint value;
        api.Check(((delegate* unmanaged<nint, nuint, nint*, nint>)api[OrtFunction.KernelContextGetInput])(context, (nuint)index, &value));
        nint info;
        api.Check(((delegate* unmanaged<nint, nint*, nint>)api[OrtFunction.GetTensorTypeAndShape])(value, &info));
        try
        {
            nuint rank;
            api.Check(((delegate* unmanaged<nint, nuint*, nint>)api[OrtFunction.GetDimensionsCount])(info, &rank));
            if (rank != (nuint)shape.Length)
                throw new ArgumentException($"input {index} has rank {rank}, not {shape.Length}");
            fixed (long* sizes = shape)
                api.Check(((delegate* unmanaged<nint, long*, nuint, nint>)api[OrtFunction.GetDimensions])(info, sizes, rank));
        }
        finally
        {
            api.Release(OrtFunction.ReleaseTensorTypeAndShapeInfo, info);
        }

        return Data(value);
    }

    /// <summary>An output's memory, allocated by ONNX Runtime.</summary>
    public void* Output(int index, params ReadOnlySpan<long> shape)
    {
        nint value;
        fixed (long* sizes = shape)
            api.Check(((delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)api[OrtFunction.KernelContextGetOutput])(context, (nuint)index, sizes, (nuint)shape.Length, &value));
        return Data(value);
    }

    /// <summary>The provider's stream (CUstream): work that is put into it runs between that of the nodes before and behind.</summary>
    public nint GpuStream()
    {
        nint stream;
        api.Check(((delegate* unmanaged<nint, nint*, nint>)api[OrtFunction.KernelContextGetGpuComputeStream])(context, &stream));
        return stream;
    }

    /// <summary>Runs work(argument, i) for every i below count on the session's threads, and returns when all are done.</summary>
    public void ParallelFor(delegate* unmanaged<void*, nuint, void> work, int count, void* argument) =>
        api.Check(((delegate* unmanaged<nint, void*, nuint, nuint, void*, nint>)api[OrtFunction.KernelContextParallelFor])(context, work, (nuint)count, 0, argument));

    private void* Data(nint value)
    {
        void* data;
        api.Check(((delegate* unmanaged<nint, void**, nint>)api[OrtFunction.GetTensorMutableData])(value, &data));
        return data;
    }
}
