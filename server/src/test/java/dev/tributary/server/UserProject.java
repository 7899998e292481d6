package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.cli.LaunchCommand;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A project of somebody outside of this repository: Maven's directories, compiled and packed as
 * Maven would, and {@code tributary} in a process of its own.
 */
record UserProject(Path root) {

    /** Writes a file of the project. */
    UserProject with(String file, String text) throws IOException {
        Path target = root.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
        return this;
    }

    /** Compiles main and test sources; what they need is on this process's class path. */
    Path compile() throws IOException {
        Path classes = root.resolve("target/classes");
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString()));
        arguments.addAll(List.of("-Xlint:all,-processing", "-Werror", "--release", "17"));
        arguments.addAll(List.of("-proc:none", "-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(root.resolve("src"))) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> arguments.add(file.toString()));
        }
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
        return classes;
    }

    /** Compiles, and packs classes and resources into {@code target/user.jar}. */
    UserProject pack() throws IOException {
        Path classes = compile();
        try (OutputStream out = Files.newOutputStream(root.resolve("target/user.jar"));
                JarOutputStream jar = new JarOutputStream(out)) {
            add(jar, classes);
            add(jar, root.resolve("src/main/resources"));
        }
        return this;
    }

    /** Runs {@code tributary} in the project's directory; gives exit code and output. */
    Result tributary(String... arguments) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(LaunchCommand.of(List.of("-Xmx512m"), List.of(arguments)))
                        .directory(root.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static void add(JarOutputStream jar, Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = directory.relativize(file).toString().replace('\\', '/');
                jar.putNextEntry(new JarEntry(name));
                Files.copy(file, jar);
            }
        }
    }

    /**
     * How a process ended.
     *
     * @param code its exit code
     * @param output all that it wrote
     */
    record Result(int code, String output) {}
}
