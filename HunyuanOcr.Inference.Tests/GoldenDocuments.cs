using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace HunyuanOcr.Inference.Tests;

/// <summary>What the reference did with the demo model's documents; the files and their layout: demo-model/golden/README.md.</summary>
internal static class GoldenDocuments
{
    private static readonly string Folder = Path.Combine(DemoModel.Repository, "demo-model", "golden");
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly Lazy<float[]> Floats = new(() => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Folder, "golden.bin"))).ToArray());
    private static readonly Lazy<GoldenFile> Read = new(() => JsonSerializer.Deserialize<GoldenFile>(File.ReadAllBytes(Path.Combine(Folder, "golden.json")), Names)!);

    public static IReadOnlyList<GoldenDocument> All => Read.Value.Documents;

    /// <summary>Most tokens that the reference gave an answer.</summary>
    public static int MaxTokens => Read.Value.MaxTokens;

    /// <summary>The document of that name; its picture is the one that the reference saw.</summary>
    public static GoldenDocument Of(string file) => All.Single(document => document.File == file);

    /// <summary>The file of a document, as long as it is the one that the reference saw.</summary>
    public static OcrPicture Picture(GoldenDocument document)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(DemoModel.Repository, "demo-model", "documents", document.File));
        Assert.True(document.FileSha256 == Convert.ToHexStringLower(SHA256.HashData(bytes)), $"{document.File} has changed since the golden files were made.");
        return new OcrPicture(bytes, document.File);
    }

    /// <summary>Values of golden.bin, last axis fastest.</summary>
    public static float[] Values(GoldenArray place) => Floats.Value[place.Offset..(place.Offset + place.Shape.Aggregate(1, (a, b) => a * b))];

    private sealed record GoldenFile(int MaxTokens, GoldenDocument[] Documents);
}

/// <summary>One picture and what was asked about it.</summary>
internal sealed record GoldenDocument(string File, string FileSha256, int[] Grid, string PatchesSha256, int VisionCount, int[] VisionRows, GoldenArray Vision, GoldenArray VisionNorms, GoldenAnswer[] Answers);

/// <summary>One question and its greedy answer; with finish "stop" the last token is the end token.</summary>
internal sealed record GoldenAnswer(string Task, string Prompt, int[] PromptIds, GoldenArray FirstLogits, int[] Tokens, string Finish, double[] Gaps);

/// <summary>Where values lie in golden.bin, counted in floats.</summary>
internal sealed record GoldenArray(int Offset, int[] Shape);
