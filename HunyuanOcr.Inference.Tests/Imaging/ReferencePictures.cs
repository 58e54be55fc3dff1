using System.Text.Json;

namespace HunyuanOcr.Inference.Tests.Imaging;

/// <summary>reference.json: what Pillow and the reference's processor make of each picture (see Data/pictures/reference.py).</summary>
internal static class ReferencePictures
{
    private static readonly JsonElement _pictures = JsonDocument.Parse(TestPictures.Bytes("reference.json")).RootElement.GetProperty("pictures");

    internal sealed record Patches(int GridHeight, int GridWidth, string Sha256, float[] First);

    internal sealed record Picture(int Width, int Height, string RgbSha256, Patches Demo, Patches Public);

    internal static Picture Of(string name)
    {
        JsonElement found = _pictures.GetProperty(name);
        return new(found.GetProperty("width").GetInt32(), found.GetProperty("height").GetInt32(), found.GetProperty("rgb_sha256").GetString()!, ReadPatches(found.GetProperty("demo")), ReadPatches(found.GetProperty("public")));
    }

    private static Patches ReadPatches(JsonElement found) => new(
        found.GetProperty("grid")[0].GetInt32(),
        found.GetProperty("grid")[1].GetInt32(),
        found.GetProperty("sha256").GetString()!,
        [.. found.GetProperty("first").EnumerateArray().Select(v => v.GetSingle())]);
}
