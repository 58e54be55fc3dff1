using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using OnnxExport.Checkpoints;

namespace OnnxExport.Tests.Weights;

/// <summary>A checkpoint file of 32-bit float matrices with known values.</summary>
internal sealed class StoredMatrices : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SafetensorsFile file;

    public StoredMatrices(params IReadOnlyList<(float[] Values, long[] Shape)> matrices)
    {
        var header = new JsonObject();
        var data = new List<byte>();
        foreach ((float[] values, long[] shape) in matrices)
        {
            int begin = data.Count;
            data.AddRange(MemoryMarshal.AsBytes<float>(values));
            header[$"t{header.Count}"] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode?)size)]),
                ["data_offsets"] = new JsonArray(begin, data.Count),
            };
        }
        string json = header.ToJsonString();
        File.WriteAllBytes(folder["m.safetensors"], [.. BitConverter.GetBytes((ulong)json.Length), .. System.Text.Encoding.ASCII.GetBytes(json), .. data]);
        file = SafetensorsFile.Open(folder["m.safetensors"]);
    }

    public IReadOnlyList<StoredTensor> Tensors => file.Tensors;

    /// <summary>Values 0, 1, 2, ... in a matrix of one tensor.</summary>
    public static StoredMatrices Counting(int rows, int columns) =>
        new(([.. Enumerable.Range(0, rows * columns).Select(i => (float)i)], [rows, columns]));

    /// <summary>Values around 0 with a few large ones.</summary>
    public static StoredMatrices Random(int rows, int columns, int seed = 1) => new((RandomValues(rows * columns, seed), [rows, columns]));

    public static float[] RandomValues(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => (random.NextSingle() - 0.5f) * (i % 97 == 0 ? 20 : 1))];
    }

    public void Dispose()
    {
        file.Dispose();
        folder.Dispose();
    }
}
