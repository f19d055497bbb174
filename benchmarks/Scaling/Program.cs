// What several ranks cost and gain. One command measures everything, and writes docs/scaling.md:
//
//   dotnet run -c Release --project benchmarks/Scaling -- table [ALGORITHM:RUNS ...]
//
// It starts itself by mpirun, as any of these can be started by hand:
//
//   Scaling collective [MISHAP]     does every operation and checks its result; MISHAP has rank 1 fail in some way
//   Scaling parts                   times the operations
//   Scaling run ALGORITHM FOLDER    trains as the quickstart does, and says how long that took, and what part of it other ranks were waited for

using Ddpo.Audio;
using Ddpo.Audio.Scaling;

try
{
    if (args is ["table", ..])
    {
        return await Table.WriteAsync(args.Length > 1 ? args[1..] : ["ddpo:5", "nft:5", "draft:5"]);
    }

    await using var collective = Collective.FromEnvironment();
    switch (args)
    {
        case ["collective"]:
            await CollectiveCheck.RunAsync(collective, mishap: null);
            return 0;
        case ["collective", var mishap]:
            await CollectiveCheck.RunAsync(collective, mishap);
            return 0;
        case ["parts"]:
            await Parts.RunAsync(collective);
            return 0;
        case ["run", var algorithm, var folder]:
            await TimedRun.RunAsync(collective, algorithm, folder);
            return 0;
        default:
            Console.Error.WriteLine("Expected table, collective, parts or run; see Program.cs.");
            return 2;
    }
}
catch (CollectiveException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
