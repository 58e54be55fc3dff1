namespace HunyuanOcr.Inference;

/// <summary>Anything that the engine refuses or that fails in it; the message says what was wrong, in which input, and what to do.</summary>
public abstract class OcrException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The options or the model folder cannot be used; every fault is listed.</summary>
public sealed class OcrConfigurationException(IReadOnlyList<string> faults, Exception? inner = null)
    : OcrException(string.Join(Environment.NewLine, faults), inner)
{
    /// <summary>Each fault with its remedy.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Why a picture was refused.</summary>
public enum OcrPictureFault
{
    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>Not one of JPEG, PNG, WebP, TIFF, GIF.</summary>
    UnknownType,

    /// <summary>More pixels than <see cref="EngineOptions.MaxPixels"/>.</summary>
    TooLarge,

    /// <summary>Longer than 200 times its width, or the other way round.</summary>
    AspectRatio,

    /// <summary>Truncated or corrupt.</summary>
    Damaged,

    /// <summary>Decoding took longer than <see cref="EngineOptions.PictureTimeout"/>.</summary>
    TimedOut,
}

/// <summary>A picture cannot be read.</summary>
public sealed class OcrPictureException(OcrPictureFault fault, string pictureName, string message, Exception? inner = null) : OcrException(message, inner)
{
    /// <summary>Why.</summary>
    public OcrPictureFault Fault { get; } = fault;

    /// <summary>Which one.</summary>
    public string PictureName { get; } = pictureName;
}

/// <summary>A request that can never be answered as it stands: a parameter out of range, a prompt longer than the context, more cache than there is.</summary>
public sealed class OcrRequestException(string parameter, string message) : OcrException(message)
{
    /// <summary>The parameter at fault, as a property of <see cref="OcrRequest"/>.</summary>
    public string Parameter { get; } = parameter;
}

/// <summary>The queue is full; come again later.</summary>
public sealed class OcrQueueFullException(int waiting) : OcrException($"The queue is full: {waiting} requests wait already. Try again later.")
{
    /// <summary>Requests that wait.</summary>
    public int Waiting { get; } = waiting;
}

/// <summary>The engine failed while it worked on the request, or is dead or shut down.</summary>
public sealed class OcrEngineException(string message, bool engineDead, Exception? inner = null) : OcrException(message, inner)
{
    /// <summary>Whether no request can be answered any more; load a fresh engine.</summary>
    public bool EngineDead { get; } = engineDead;
}
