namespace HunyuanOcr.Web.Api;

/// <summary>How many pictures, and how much base64, one request may still bring. Asked before anything is decoded.</summary>
internal sealed class PictureBudget(ApiOptions options)
{
    private int _pictures;
    private int _characters;

    /// <exception cref="ApiFaultException">One more picture would be too many; 400.</exception>
    internal void TakePicture(string path)
    {
        if (++_pictures > options.MaxImages)
            throw new ApiFaultException(ApiFault.BadRequest($"{path} is picture number {_pictures}; a request may hold {options.MaxImages}. Send the rest in requests of their own.", path, "too_many_images"));
    }

    /// <exception cref="ApiFaultException">The pictures have too many characters together; 413.</exception>
    internal void TakeBase64(int characters, string path)
    {
        if (characters > options.MaxBase64Characters - _characters)
            throw new ApiFaultException(new ApiFault(StatusCodes.Status413PayloadTooLarge,
                FormattableString.Invariant($"{path} has {characters:N0} characters of base64; a request's pictures may have {options.MaxBase64Characters:N0} together. Send fewer, smaller or more strongly compressed pictures."),
                ApiFaultType.InvalidRequest, path, "base64_too_long"));
        _characters += characters;
    }
}
