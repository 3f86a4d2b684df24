
namespace InfoMax.Datasets;

/// <summary>What <see cref="ImageFolder"/> does about an image file whose bytes are those of another before it in order, told by SHA-256.</summary>
/// <remarks>The same picture stored in two ways is not found.</remarks>
public enum DuplicatePolicy
{
    /// <summary>Keep it, and do not look for duplicates.</summary>
    Ignore,

    /// <summary>Keep it, and list it in <see cref="ImageSet.Duplicates"/>.</summary>
    Report,

    /// <summary>Leave it out, and list it in <see cref="ImageSet.Duplicates"/> and, with the reason, in <see cref="ImageSet.Skipped"/>.</summary>
    Skip,

    /// <summary>Throw a <see cref="DatasetException"/> for the first.</summary>
    Fail,
}
