using System.Text.Json.Nodes;
using OnnxExport.Graphs;
using OnnxExport.Weights;

namespace OnnxExport.Output;

/// <summary>
/// weights.json: where the weights that the decoder's graphs share lie. An engine loads each once and hands it to every session as an
/// initializer of that name.
/// </summary>
internal static class SharedWeights
{
    public const string FileName = "weights.json";

    public static JsonObject Create(GraphSet graphs)
    {
        List<BuiltGraph> sharing = [graphs.Decoder, .. graphs.Decode.Select(decode => decode.Graph)];
        Dictionary<BuiltGraph, HashSet<string>> names = sharing.ToDictionary(graph => graph, graph => graph.ExternalTensors.ToHashSet(StringComparer.Ordinal));
        return new JsonObject
        {
            ["file"] = graphs.Decoder.Data.FileName,
            ["tensors"] = new JsonArray([.. graphs.Decoder.Data.Tensors.Select(tensor => (JsonNode)new JsonObject
            {
                ["name"] = tensor.Name,
                ["dtype"] = Dtype(tensor.Content),
                ["shape"] = new JsonArray([.. tensor.Content.Shape.Select(size => (JsonNode?)size)]),
                ["offset"] = tensor.Offset,
                ["bytes"] = tensor.Content.ByteLength,
                ["graphs"] = new JsonArray([.. sharing.Where(graph => names[graph].Contains(tensor.Name)).Select(graph => (JsonNode?)graph.FileName)]),
            })]),
        };
    }

    private static string Dtype(TensorContent content) => content.Type switch
    {
        Onnx.TensorProto.Types.DataType.Float => "float32",
        Onnx.TensorProto.Types.DataType.Float16 => "float16",
        Onnx.TensorProto.Types.DataType.Bfloat16 => "bfloat16",
        _ => throw new NotSupportedException($"No weights of type {content.Type} are shared."),
    };
}
