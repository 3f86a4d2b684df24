using InfoMax.Samples.PaperTables;

// dotnet run -c Release --project samples/PaperTables -- --table 1 --small the satellite images of this repository, sizes for two cores
// dotnet run -c Release --project samples/PaperTables -- --table 1 --data cifar10=PATH --device cuda the paper's own settings, for a GPU
// and days
// dotnet run -c Release --project samples/PaperTables -- --table objectives --small every objective by linear probes
// dotnet run -c Release --project samples/PaperTables -- --help
return await CommandLine.Create().Parse(args).InvokeAsync();
