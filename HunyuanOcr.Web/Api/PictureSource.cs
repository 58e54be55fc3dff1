using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HunyuanOcr.Web.Api;

/// <summary>One picture of a request: its bytes, or the address that they lie at.</summary>
/// <param name="Path">Where it stood in the request.</param>
/// <param name="Bytes">The file; empty where it has to be fetched.</param>
/// <param name="Address">Where to fetch it from; null where the request brought it.</param>
internal sealed record PictureSource(string Path, ReadOnlyMemory<byte> Bytes, Uri? Address)
{
    private const int LongestAddress = 2048, LongestDataHeader = 200;

    /// <summary>Reads a data URL or an http(s) address; decodes base64 straight from the request's bytes.</summary>
    /// <param name="bareBase64">Whether base64 without a data URL's head is taken as well.</param>
    /// <exception cref="ApiFaultException">It is neither, or more than the budget; 400 or 413.</exception>
    internal static PictureSource Read(JsonElement value, string path, bool bareBase64, PictureBudget budget)
    {
        budget.TakePicture(path);
        if (value.ValueKind != JsonValueKind.String)
            throw ApiObject.Wrong(path, $"is a {ApiObject.Kind(value)}; give a string");
        ReadOnlySpan<byte> text = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        if (text.Contains((byte)'\\'))
            text = Encoding.UTF8.GetBytes(ApiObject.TextOf(value, path));
        if (StartsWith(text, "data:"u8))
            return new(path, Decode(Payload(text, path), path, budget), null);
        if (StartsWith(text, "http://"u8) || StartsWith(text, "https://"u8))
            return new(path, default, AddressOf(text, path));
        if (bareBase64 && text.IndexOf((byte)':') < 0)
            return new(path, Decode(text, path, budget), null);
        throw new ApiFaultException(ApiFault.BadRequest($"{path} is no picture: give a data URL (data:image/png;base64,...) or, where this server allows its host, an http(s) address.", path, "invalid_image_url"));
    }

    /// <summary>Base64 that was cut out of a text.</summary>
    internal static PictureSource FromBase64(ReadOnlySpan<char> base64, string path, PictureBudget budget)
    {
        budget.TakePicture(path);
        byte[] text = new byte[base64.Length];
        return new(path, Decode(text.AsSpan(0, Encoding.ASCII.GetBytes(base64, text)), path, budget), null);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scheme) => text.Length >= scheme.Length && Ascii.EqualsIgnoreCase(text[..scheme.Length], scheme);

    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> url, string path)
    {
        int comma = url[..Math.Min(url.Length, LongestDataHeader)].IndexOf((byte)',');
        if (comma < 0 || !Ascii.EqualsIgnoreCase(url[Math.Max(0, comma - 7)..comma], ";base64"u8))
            throw new ApiFaultException(ApiFault.BadRequest($"{path} is a data URL that does not begin with data:image/...;base64, - encode the picture in base64.", path, "invalid_image_url"));
        return url[(comma + 1)..];
    }

    private static byte[] Decode(ReadOnlySpan<byte> base64, string path, PictureBudget budget)
    {
        budget.TakeBase64(base64.Length, path);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        if (Base64.DecodeFromUtf8(base64, bytes, out int consumed, out int written) != OperationStatus.Done)
            throw new ApiFaultException(ApiFault.BadRequest(FormattableString.Invariant($"{path} holds broken base64 at character {consumed:N0} of {base64.Length:N0}. Encode the whole file in standard base64, padding included."), path, "invalid_base64"));
        return bytes.Length == written ? bytes : bytes[..written];
    }

    private static Uri AddressOf(ReadOnlySpan<byte> text, string path) =>
        text.Length <= LongestAddress && Uri.TryCreate(Encoding.UTF8.GetString(text), UriKind.Absolute, out Uri? address)
            ? address
            : throw new ApiFaultException(ApiFault.BadRequest($"{path} is no proper address.", path, "invalid_image_url"));
}
