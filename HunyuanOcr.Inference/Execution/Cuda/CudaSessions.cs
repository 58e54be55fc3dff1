using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Opens graphs on the card.</summary>
/// <param name="environment">ONNX Runtime's.</param>
/// <param name="card">The card.</param>
/// <param name="folder">The model.</param>
/// <param name="operators">Our own that its graphs may use; null where they use none.</param>
internal sealed class CudaSessions(OrtEnvironment environment, CudaContext card, ModelFolder folder, OrtCustomOpDomain? operators)
{
    /// <summary>Opens a graph whose runs all stand in one stream.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="records">Whether its runs are recorded as CUDA graphs.</param>
    /// <param name="weights">Weights that are on the card already; null where the session brings its own.</param>
    /// <exception cref="OcrConfigurationException">The graph is damaged or does not fit on the card.</exception>
    public OrtSession Open(GraphFile graph, CudaStream stream, bool records, SharedWeights? weights)
    {
        string path = folder.PathOf(graph.FileName);
        using OrtSessionOptions options = OrtSessionOptions.Create(environment.Api);
        // One plan of memory for each shape ever met would grow for ever.
        options.DisableMemoryPattern();
        using OrtCudaOptions cuda = OrtCudaOptions.Create(environment.Api,
            ("device_id", card.Ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("arena_extend_strategy", "kSameAsRequested"),
            ("enable_cuda_graph", records ? "1" : "0"));
        options.Add(cuda.On(stream.Pointer));
        if (operators is not null)
            options.Add(operators);
        weights?.AddTo(options, graph);
        try
        {
            return OrtSession.Open(environment, path, options);
        }
        catch (OrtException reason)
        {
            throw new OcrConfigurationException([$"{path} cannot be loaded on {card.Name}: {reason.Message} {ModelFolder.Remedy}"], reason);
        }
    }
}
