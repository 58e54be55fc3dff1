using System.Text.Json;

namespace HunyuanOcr.Web.Api;

/// <summary>What a message says: a string, or a list of parts of type <c>text</c> and <c>image_url</c>.</summary>
/// <param name="Path">Where it stood.</param>
/// <param name="Text">Its text parts, a line end between two.</param>
/// <param name="Pictures">Its pictures, in order. The model is trained on pictures before text, so that is how it gets them, wherever they stood.</param>
internal sealed record MessageContent(string Path, string Text, IReadOnlyList<PictureSource> Pictures)
{
    internal static MessageContent Read(JsonElement content, string path, PictureBudget budget)
    {
        if (content.ValueKind == JsonValueKind.String)
            return new(path, ApiObject.TextOf(content, path), []);
        if (content.ValueKind != JsonValueKind.Array)
            throw ApiObject.Wrong(path, $"is a {ApiObject.Kind(content)}; give a string or a list of parts");
        List<string> texts = [];
        List<PictureSource> pictures = [];
        int index = 0;
        foreach (JsonElement element in content.EnumerateArray())
        {
            ApiObject part = new(element, FormattableString.Invariant($"{path}[{index++}]"));
            string type = ApiObject.TextOf(part.Required("type"), part.PathOf("type"));
            if (type == "text")
                texts.Add(ApiObject.TextOf(part.Required("text"), part.PathOf("text")));
            else if (type == "image_url")
                pictures.Add(Picture(part, budget));
            else
                throw ApiObject.Wrong(part.PathOf("type"), "is none that this server knows; give text or image_url");
            part.RefuseOthers();
        }
        return new(path, string.Join('\n', texts), pictures);
    }

    internal static string ReadText(JsonElement content, string path, PictureBudget budget)
    {
        MessageContent read = Read(content, path, budget);
        return read.Pictures.Count == 0 ? read.Text : throw ApiObject.Wrong(path, "holds a picture; send pictures in the user message");
    }

    private static PictureSource Picture(ApiObject part, PictureBudget budget)
    {
        string path = part.PathOf("image_url");
        JsonElement value = part.Required("image_url");
        if (value.ValueKind == JsonValueKind.String)
            throw ApiObject.Wrong(path, "is a string; give an object: {\"url\": \"data:image/png;base64,...\"}");
        ApiObject picture = new(value, path);
        JsonElement url = picture.Required("url");
        // The model always sees as much of a page as it can take.
        picture.Unsupported("detail", static detail => detail.ValueKind == JsonValueKind.String && (detail.ValueEquals("auto") || detail.ValueEquals("high")));
        picture.RefuseOthers();
        return PictureSource.Read(url, path, bareBase64: false, budget);
    }
}
