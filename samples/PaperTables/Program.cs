using InfoMax.Samples.PaperTables;

// All commands start with: dotnet run -c Release --project samples/PaperTables --
//   --table 1 --small                                     the satellite images of this repository, sizes for two cores
//   --table 1 --data cifar10=PATH --device cuda           the paper's own settings, for a GPU and days
//   --table objectives --small                            every objective by linear probes
//   --help
return await CommandLine.Create().Parse(args).InvokeAsync();
