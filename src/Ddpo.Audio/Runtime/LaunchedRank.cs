using System.Globalization;

namespace Ddpo.Audio.Runtime;

/// <summary>What a launcher told this process of its job, in environment variables.</summary>
/// <param name="Family">The kind of MPI library that understands the launcher.</param>
/// <param name="Launcher">What started the process, for messages.</param>
/// <param name="Rank">Its number, from 0.</param>
/// <param name="Size">How many there are.</param>
/// <param name="LocalRank">Its number on this machine, from 0.</param>
internal sealed record LaunchedRank(MpiFamily Family, string Launcher, int Rank, int Size, int LocalRank)
{
    /// <summary>Finds the job; <see langword="null"/> when there is none.</summary>
    /// <param name="variable">Gives the value of an environment variable.</param>
    /// <exception cref="CollectiveException">There is a job of several processes, and no way for them to find each other.</exception>
    public static LaunchedRank? Find(Func<string, string?> variable)
    {
        int? Number(params string[] names) => names
            .Select(name => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : (int?)null)
            .FirstOrDefault(value => value is not null);

        var local = Number("OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID") ?? 0;
        if (Number("OMPI_COMM_WORLD_SIZE") is { } size)
        {
            return new(MpiFamily.OpenMpi, "Open MPI's mpirun", Number("OMPI_COMM_WORLD_RANK") ?? 0, size, local);
        }

        // Of srun, SLURM_STEP_NUM_TASKS: within a batch script, but outside of srun, only the job's own variables are set.
        var tasks = Number("SLURM_STEP_NUM_TASKS");
        if (Number("PMI_SIZE") is { } members)
        {
            return new(MpiFamily.Mpich, tasks is null ? "MPICH's mpiexec" : "srun --mpi=pmi2", Number("PMI_RANK") ?? 0, members, local);
        }

        if (tasks is not > 1)
        {
            return null;
        }

        return Number("PMIX_RANK") is { } rank
            ? new(MpiFamily.OpenMpi, "srun --mpi=pmix", rank, tasks.Value, local)
            : throw new CollectiveException(
                $"srun started {tasks} processes without a way to find each other. Start them with srun --mpi=pmix (Open MPI) or srun --mpi=pmi2 (MPICH); "
                + "srun --mpi=list says what this cluster has.");
    }
}

/// <summary>Kinds of MPI libraries, which differ in their binary interface.</summary>
internal enum MpiFamily
{
    /// <summary>Open MPI.</summary>
    OpenMpi,

    /// <summary>MPICH, and those with its ABI, such as Intel MPI and MVAPICH.</summary>
    Mpich,

    /// <summary>Any with the ABI of the MPI 5 standard.</summary>
    Standard,
}
