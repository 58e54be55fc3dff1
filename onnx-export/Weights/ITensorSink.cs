namespace OnnxExport.Weights;

/// <summary>Takes the bytes of tensors in order.</summary>
internal interface ITensorSink
{
    /// <summary>Buffers for whoever writes.</summary>
    WorkingMemory Memory { get; }

    /// <exception cref="OperationCanceledException">The export was interrupted.</exception>
    void Write(ReadOnlySpan<byte> bytes);
}
