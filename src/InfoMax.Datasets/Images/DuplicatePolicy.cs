namespace InfoMax.Datasets;

/// <summary>What <see cref="ImageFolder"/> does with an image file that has exactly the bytes (the SHA-256) of an earlier one.</summary>
/// <remarks>One picture that is stored in two ways is not found.</remarks>
public enum DuplicatePolicy
{
    /// <summary>Keep the file, and do not look for duplicates.</summary>
    Ignore,

    /// <summary>Keep the file, and list it in <see cref="ImageSet.Duplicates"/>.</summary>
    Report,

    /// <summary>Skip the file, and list it in <see cref="ImageSet.Duplicates"/> and in <see cref="ImageSet.Skipped"/>.</summary>
    Skip,

    /// <summary>Throw a <see cref="DatasetException"/> for the first duplicate.</summary>
    Fail,
}
