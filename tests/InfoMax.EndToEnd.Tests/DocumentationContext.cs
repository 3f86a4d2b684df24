namespace InfoMax.EndToEnd.Tests;

/// <summary>The variables that blocks of the documentation use without declaring them. They are compiled with each block.</summary>
internal static class DocumentationContext
{
    public const string Source = """
        public static class DocumentationContext
        {
            public static CancellationTokenSource stop = new();
            public static CancellationToken cancellationToken;
            public static ConvEncoder encoder = null!;
            public static ConvEncoder untrained = null!;
            public static nn.Module<Tensor, Tensor> network = null!;
            public static EncoderDescription description = null!;
            public static DimTrainer trainer = null!;
            public static DimLoss loss = null!;
            public static InMemorySource images = null!;
            public static LabeledData train = null!;
            public static LabeledData test = null!;
            public static TrainingResult trainingResult = null!;
            public static IProgress<TrainingProgress> progress = null!;
            public static ILogger logger = null!;
            public static FeatureSet features = null!;
            public static FeatureSet gallery = null!;
            public static FeatureSet queries = null!;
            public static int[] labels = [];
            public static Tensor batch = null!;
            public static Tensor labelsOfBatch = null!;
            public static Tensor x = null!;
            public static Tensor y = null!;
            public static Tensor pictures = null!;
            public static Tensor rebuilt = null!;
            public static Tensor signals = null!;
            public static Tensor volumes = null!;
            public static Tensor nodeFeatures = null!;
            public static Tensor edges = null!;
            public static InMemorySource someImages = null!;
            public static Tensor pictureTensor = null!;
            public static Tensor soundTensor = null!;
            public static string path = "";
            public static string folder = "";
            public static void show(string text) => Console.WriteLine(text);
        }
        """;
}
