package dev.tributary.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

class CudaRuntimeTest {
    private static final String LIBRARY = "libcudart-8774224f.so.12";

    @TempDir private Path directory;

    @Test
    void theRuntimeBesideALibtorchGetsTheNameThatDjlLooksFor() throws IOException {
        Path libtorch = Files.createDirectories(directory.resolve("libtorch"));
        Files.writeString(libtorch.resolve(LIBRARY), "runtime");

        Path found = CudaRuntime.of(libtorch, directory.resolve("cache")).orElseThrow();

        assertThat(found.resolve("libcudart.so")).hasContent("runtime");
        assertThat(CudaRuntime.of(libtorch, directory.resolve("cache"))).contains(found);
    }

    @Test
    void aLibtorchThatNeedsNothingIsLeftAlone() throws IOException {
        Path cpu = Files.createDirectories(directory.resolve("cpu"));
        Path named = Files.createDirectories(directory.resolve("named"));
        Files.writeString(named.resolve("libcudart.so"), "runtime");

        assertThat(CudaRuntime.of(cpu, directory)).isEmpty();
        assertThat(CudaRuntime.of(named, directory)).isEmpty();
        assertThat(CudaRuntime.of(directory.resolve("missing"), directory)).isEmpty();
    }

    @Test
    void theRuntimeInAJarIsCopiedOut() throws IOException {
        Path jar = jar("flavor=cu124\nclassifier=linux-x86_64\nlibraries=libc10.so," + LIBRARY);
        Path natives = Files.createDirectories(jar.resolve("pytorch/cu124/linux-x86_64"));
        Files.writeString(natives.resolve(LIBRARY), "runtime");

        try (URLClassLoader jars = loader(jar)) {
            Path found = CudaRuntime.of(jars, directory.resolve("cache")).orElseThrow();

            assertThat(found.resolve("libcudart.so")).hasContent("runtime");
        }
    }

    @Test
    void jarsForTheCpuHaveNone() throws IOException {
        Path jar = jar("flavor=cpu\nclassifier=linux-x86_64\nlibraries=libc10.so,libtorch.so");

        try (URLClassLoader jars = loader(jar)) {
            assertThat(CudaRuntime.of(jars, directory.resolve("cache"))).isEmpty();
        }
    }

    private Path jar(String description) throws IOException {
        Path jar = directory.resolve("jar");
        Files.createDirectories(jar.resolve("native/lib"));
        Files.writeString(jar.resolve("native/lib/pytorch.properties"), description);
        return jar;
    }

    /** Sees nothing but the jar. */
    private static URLClassLoader loader(Path jar) throws IOException {
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
    }
}
