namespace InfoMax.Datasets;

/// <summary>
/// Reads CIFAR-100 in its binary version: 50,000 + 10,000 color images of 32×32 pixels in 100 classes, or in 20 groups of them.
/// </summary>
/// <remarks>A. Krizhevsky. Learning Multiple Layers of Features from Tiny Images, 2009.</remarks>
public static class Cifar100
{
    private const string FolderName = "cifar-100-binary";

    private const string FineNames =
        "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle " +
        "caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish " +
        "forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle " +
        "mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine " +
        "possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar " +
        "sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale " +
        "willow_tree wolf woman worm";

    private const string CoarseNames =
        "aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices household_furniture " +
        "insects large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores " +
        "medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1 vehicles_2";

    /// <summary>Reads one part of the set, or a single file.</summary>
    /// <param name="path">
    /// The folder with <c>train.bin</c> and <c>test.bin</c>; or the folder above it, if it has the name <c>cifar-100-binary</c>. The parts
    /// must hold exactly 50,000 and 10,000 records, like the official ones. Or a single file with any whole number of records.
    /// </param>
    /// <param name="train">True for the training part, false for the test part. Not used for a single file.</param>
    /// <param name="labels">Which of the two labels of each image to use.</param>
    /// <returns>A new labeled set with images <c>[N, 3, 32, 32]</c> in the order of the file; the caller disposes it.</returns>
    /// <remarks>
    /// The names of the classes come from <c>fine_label_names.txt</c> or <c>coarse_label_names.txt</c> beside the parts, if they exist.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="labels"/> is not in the enumeration.</exception>
    /// <exception cref="DatasetException">
    /// A file is missing, unreadable, of the wrong length, or holds a fine label above 99 or a coarse one above 19.
    /// </exception>
    public static ImageSet Read(string path, bool train, Cifar100Labels labels = Cifar100Labels.Fine)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Enum.IsDefined(labels))
        {
            throw new ArgumentException(
                $"Expected one of {string.Join(", ", Enum.GetNames<Cifar100Labels>())}, got {labels}.", nameof(labels));
        }

        CifarPart part = CifarPart.Find(path, FolderName, [train ? "train.bin" : "test.bin"]);
        bool fine = labels == Cifar100Labels.Fine;
        string[] names = ClassList.FromFile(
            Path.Combine(part.Folder, fine ? "fine_label_names.txt" : "coarse_label_names.txt"),
            (fine ? FineNames : CoarseNames).Split(' '));

        // The coarse label comes first in a record.
        int? records = part.IsSingleFile ? null : train ? 50_000 : 10_000;
        return new CifarFile([20, 100], usedLabel: fine ? 1 : 0).Read(part.Files, records, names);
    }
}
