using System.Runtime.InteropServices;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>What differs from one MPI library to another: handles, and numbers that its header defines.</summary>
/// <param name="World">The communicator of all processes.</param>
/// <param name="Self">That of this process alone, to which belongs what fails in MPI's end (MPI 4.0, section 9.3).</param>
/// <param name="Byte">The type of a byte.</param>
/// <param name="Float">The type of a 32-bit number.</param>
/// <param name="ErrorsReturn">Has functions return errors, instead of ending the process.</param>
/// <param name="Funneled">The level of threads at which one thread alone calls MPI.</param>
internal sealed record MpiConstants(nint World, nint Self, nint Byte, nint Float, nint ErrorsReturn, int Funneled)
{
    /// <summary>Whether the library is Open MPI, whose handles are addresses of what it exports; its file's name says nothing on Debian.</summary>
    public static bool IsOpenMpi(nint library) => NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _);

    /// <summary>Those of a library.</summary>
    public static MpiConstants Of(nint library, MpiFamily family) => family switch
    {
        MpiFamily.OpenMpi => new(
            NativeLibrary.GetExport(library, "ompi_mpi_comm_world"),
            NativeLibrary.GetExport(library, "ompi_mpi_comm_self"),
            NativeLibrary.GetExport(library, "ompi_mpi_byte"),
            NativeLibrary.GetExport(library, "ompi_mpi_float"),
            NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
            Funneled: 1),
        MpiFamily.Mpich => new(0x44000000, 0x44000001, 0x4c00010d, 0x4c00040a, 0x54000001, Funneled: 1), // mpi.h of MPICH's ABI initiative
        _ => new(0x101, 0x102, 0x247, 0x210, 0x142, Funneled: 1024), // MPI 5.0, appendix A
    };
}
