using Onnx;
using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Graphs;
using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport.Tests.Graphs;

/// <summary>A graph as it is read back from disk.</summary>
internal sealed class ExportedGraph : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <param name="build">Builds the graph over a checkpoint of the small model.</param>
    public ExportedGraph(Func<Checkpoint, BuiltGraph> build, ModelConfiguration? changed = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(SmallModel.Checkpoint(folder["checkpoint"], changed: changed));
        BuiltGraph graph = build(checkpoint);
        using PartialFolder partial = PartialFolder.Create(folder["model"], new WorkingMemory(1 << 20), SmallModel.Quiet, CancellationToken.None);
        graph.WriteTo(partial);
        partial.Publish();
        DataBytes = new FileInfo(Path.Combine(folder["model"], graph.Data.FileName)).Length;
        ExpectedDataBytes = graph.Data.Bytes;
        TotalBytes = graph.ModelBytes + graph.Data.Bytes;
        ModelBytes = new FileInfo(Path.Combine(folder["model"], graph.FileName)).Length;
        Model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder["model"], graph.FileName)));
    }

    public ModelProto Model { get; }

    public long DataBytes { get; }

    public long ExpectedDataBytes { get; }

    public long ModelBytes { get; }

    /// <summary>What the graph said beforehand that its files would take.</summary>
    public long TotalBytes { get; }

    public GraphProto Graph => Model.Graph;

    public IEnumerable<NodeProto> Nodes(string operation) => Graph.Node.Where(node => node.OpType == operation);

    public static string Shape(ValueInfoProto value) =>
        string.Join(",", value.Type.TensorType.Shape.Dim.Select(dim => dim.HasDimParam ? dim.DimParam : $"{dim.DimValue}"));

    public static AttributeProto Attribute(NodeProto node, string name) => node.Attribute.Single(attribute => attribute.Name == name);

    public void Dispose() => folder.Dispose();

    /// <summary>What every ONNX file must keep: single assignment, order, known names, types of attributes, places of tensors.</summary>
    /// <param name="ownsData">Whether the file of large tensors holds those of this graph only.</param>
    public void AssertSound(bool ownsData = true)
    {
        var known = Graph.Input.Select(input => input.Name).Concat(Graph.Initializer.Select(tensor => tensor.Name)).ToHashSet();
        Assert.Equal(Graph.Input.Count + Graph.Initializer.Count, known.Count);
        Assert.Equal(Graph.Node.Count, Graph.Node.Select(node => node.Name).Distinct().Count());
        foreach (NodeProto node in Graph.Node)
        {
            Assert.All(node.Input.Where(input => input.Length > 0), input => Assert.Contains(input, known));
            Assert.All(node.Output.Where(output => output.Length > 0), output => Assert.True(known.Add(output), output));
            Assert.All(node.Attribute, attribute => Assert.NotEqual(AttributeProto.Types.AttributeType.Undefined, attribute.Type));
        }
        Assert.All(Graph.Output, output => Assert.Contains(output.Name, known));
        HashSet<string> used = [.. Graph.Node.SelectMany(node => node.Input)];
        Assert.All(Graph.Initializer, tensor => Assert.Contains(tensor.Name, used));
        AssertPlaces(ownsData);
    }

    private void AssertPlaces(bool ownsData)
    {
        Assert.Equal(ExpectedDataBytes, DataBytes);
        Assert.InRange(ModelBytes + DataBytes, 1, TotalBytes);
        long end = 0;
        foreach (TensorProto tensor in Graph.Initializer)
        {
            long bytes = tensor.Dims.Aggregate(1L, (product, size) => product * size) * (tensor.DataType switch { 1 => 4, 7 => 8, 10 or 16 => 2, _ => 1 });
            if (tensor.DataLocation != TensorProto.Types.DataLocation.External)
            {
                Assert.Equal(bytes, tensor.RawData.Length);
                continue;
            }
            Dictionary<string, string> place = tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
            long offset = long.Parse(place["offset"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal($"{bytes}", place["length"]);
            Assert.True((offset >= end || !ownsData) && offset % 4096 == 0);
            end = Math.Max(end, offset + bytes);
        }
        if (ownsData)
            Assert.Equal(DataBytes, end);
        Assert.InRange(end, 0, DataBytes);
    }
}
