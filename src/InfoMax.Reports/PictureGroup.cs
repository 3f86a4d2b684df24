namespace InfoMax.Reports;

/// <summary>Pictures that belong together in a <see cref="Report"/>.</summary>
/// <param name="Heading">The heading of the section.</param>
/// <param name="Note">A line to explain them.</param>
/// <param name="Pictures">The pictures, side by side where there is room.</param>
public sealed record PictureGroup(string Heading, string Note, IReadOnlyList<Picture> Pictures)
{
    /// <summary>Heading and titles.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Heading}: {string.Join(", ", Pictures.Select(picture => picture.Title))}";
}
