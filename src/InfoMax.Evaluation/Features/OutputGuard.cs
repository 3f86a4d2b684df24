using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Features;

/// <summary>Compares what an encoder returns with what was asked of it. It may be the user's own.</summary>
internal static class OutputGuard
{
    /// <summary>Checks a request for features.</summary>
    /// <exception cref="ArgumentException">There is no name, an empty one, or one twice.</exception>
    public static void CheckNames(IReadOnlyList<string> features, string name)
    {
        int distinct = features.Distinct(StringComparer.Ordinal).Count();
        if (features.Count == 0 || features.Any(string.IsNullOrWhiteSpace) || distinct != features.Count)
        {
            throw new ArgumentException($"Expected at least one feature name, each once, got [{string.Join(", ", features)}].", name);
        }
    }

    /// <summary>A feature of an output as a matrix <c>[count, F]</c>.</summary>
    /// <param name="output">The output for a batch.</param>
    /// <param name="feature">Name of the feature.</param>
    /// <param name="count">Number of examples in the batch.</param>
    /// <exception cref="ArgumentException">There is no such feature.</exception>
    /// <exception cref="InvalidOperationException">The feature has not one row for each example, or no numbers.</exception>
    public static Tensor Feature(EncoderOutput output, string feature, int count)
    {
        if (!output.Features.TryGetValue(feature, out Tensor? values))
        {
            throw new ArgumentException(
                $"Expected one of the encoder's features {string.Join(", ", output.Features.Keys)}, got \"{feature}\".", nameof(feature));
        }

        return values.dim() > 0 && values.shape[0] == count && values.numel() > 0
            ? values.reshape(count, -1)
            : throw new InvalidOperationException(
                $"Expected the encoder to give one row of \"{feature}\" for each of {count} examples, got {TensorGuard.Describe(values)}.");
    }
}
