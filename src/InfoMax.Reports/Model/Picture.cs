using InfoMax.Reports.Foundation;

namespace InfoMax.Reports.Model;

/// <summary>A picture. <c>Pictures</c> draws them. A report takes any other SVG too.</summary>
public sealed class Picture
{
    /// <summary>Takes a picture.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="svg">The picture, a whole SVG element.</param>
    /// <param name="description">What it shows, in words, for readers who cannot see it.</param>
    /// <exception cref="ArgumentException"><paramref name="svg"/> is no SVG element.</exception>
    public Picture(string title, string svg, string description)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(svg);
        ArgumentNullException.ThrowIfNull(description);
        if (!svg.TrimStart().StartsWith("<svg", StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected an SVG element, got \"{svg[..Math.Min(20, svg.Length)]}\".", nameof(svg));
        }

        (Title, Svg, Description) = (title, svg, description);
    }

    /// <summary>What stands above it.</summary>
    public string Title { get; }

    /// <summary>The picture, a whole SVG element: text that can be put into a page or a file.</summary>
    public string Svg { get; }

    /// <summary>What it shows, in words, for readers who cannot see it.</summary>
    public string Description { get; }

    /// <summary>Writes the picture as an SVG file and replaces an existing file; a failure leaves the existing file as it was.</summary>
    /// <param name="path">Path of the file. Missing folders are created.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => WholeFile.Write(path, Svg);

    /// <summary>Title and description.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Title}: {Description}";
}
