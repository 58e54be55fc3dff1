using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Output;

namespace OnnxExport.RandomCheckpoint;

/// <summary>Writes a whole checkpoint of random weights in either layout, for measurements at sizes whose weights are not at hand.</summary>
internal static class RandomCheckpointWriter
{
    private const string WeightsName = "model.safetensors";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="folder">Made if it is missing; must be empty.</param>
    /// <param name="model">The sizes.</param>
    /// <param name="layout">Of config.json and of the weight names.</param>
    /// <param name="shards">Weight files; 1 writes no index.</param>
    /// <returns>How many parameters were written.</returns>
    /// <exception cref="ExportException">The folder is not empty.</exception>
    public static long Write(string folder, ModelConfiguration model, ConfigurationLayout layout, int shards, ulong seed, ExportProgress progress, CancellationToken cancel)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new ExportException($"{folder} is not empty; choose another --output.");
        List<RandomTensor> tensors = [.. WeightList.Of(model).Select(weight =>
            new RandomTensor(layout == ConfigurationLayout.Flat ? WeightNames.Older(weight.Name) : weight.Name, weight.Name, weight.Shape))];
        long bytes = tensors.Sum(tensor => tensor.ByteLength);
        Directory.CreateDirectory(folder);
        try
        {
            DiskSpace.Machine.Demand(folder, bytes);
            progress.Start(bytes);
            WriteWeights(folder, tensors, shards, seed, progress, cancel);
            WriteJson(folder, "tokenizer.json", RandomTokenizer.Create(model));
            WriteJson(folder, "preprocessor_config.json", Preprocessor(model.Vision));
            WriteJson(folder, "config.json", RandomConfiguration.Create(model, layout));
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
        finally
        {
            progress.Clear();
        }
        return tensors.Sum(tensor => tensor.Elements);
    }

    private static void WriteWeights(string folder, List<RandomTensor> tensors, int shards, ulong seed, ExportProgress progress, CancellationToken cancel)
    {
        if (shards == 1)
        {
            SafetensorsWriter.Write(Path.Combine(folder, WeightsName), tensors, seed, progress, cancel);
            return;
        }
        var map = new JsonObject();
        long total = tensors.Sum(tensor => tensor.ByteLength);
        long before = 0;
        var places = tensors.Select(tensor =>
        {
            int shard = (int)(before * shards / total);
            before += tensor.ByteLength;
            return (Tensor: tensor, Shard: shard);
        });
        foreach (var shard in places.GroupBy(place => place.Shard).ToList())
        {
            string name = $"model-{shard.Key + 1:00000}-of-{shards:00000}.safetensors";
            SafetensorsWriter.Write(Path.Combine(folder, name), [.. shard.Select(place => place.Tensor)], seed, progress, cancel);
            foreach (var place in shard)
                map[place.Tensor.StoredName] = name;
        }
        WriteJson(folder, WeightsName + ".index.json", new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = total },
            ["weight_map"] = map,
        });
    }

    private static JsonObject Preprocessor(VisionConfiguration vision)
    {
        int most = vision.MaxImageSize * vision.MaxImageSize;
        return new JsonObject
        {
            ["min_pixels"] = most / 16,
            ["max_pixels"] = most,
            ["patch_size"] = vision.PatchSize,
            ["merge_size"] = vision.MergeSize,
            ["temporal_patch_size"] = 1,
            ["image_mean"] = new JsonArray(0.48145466, 0.4578275, 0.40821073),
            ["image_std"] = new JsonArray(0.26862954, 0.26130258, 0.27577711),
        };
    }

    private static void WriteJson(string folder, string name, JsonNode content) =>
        File.WriteAllBytes(Path.Combine(folder, name), JsonSerializer.SerializeToUtf8Bytes(content, Indented));
}
