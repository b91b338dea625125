import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Prints the canonical names of all public classes that a program can import from Java SE: those of
 * the exported packages of java.se and of the modules it stands for. Modules beyond Java SE are left
 * out, because another runtime of the same release need not have them.
 *
 * <p>Run it with {@code --add-modules java.se}.
 */
public final class PublicClasses {
    public static void main(String[] arguments) throws IOException {
        FileSystem runtime = FileSystems.getFileSystem(URI.create("jrt:/"));
        Set<String> names = new TreeSet<>();
        for (Module module : modulesOfJavaSe()) {
            for (Exports exported : module.getDescriptor().exports()) {
                if (!exported.isQualified()) {
                    addPublicClasses(runtime, module, exported.source(), names);
                }
            }
        }
        names.forEach(System.out::println);
    }

    private static Set<Module> modulesOfJavaSe() {
        Set<Module> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of("java.base", "java.se"));
        while (!open.isEmpty()) {
            Module module = ModuleLayer.boot().findModule(open.pop()).orElseThrow();
            if (found.add(module)) {
                module.getDescriptor().requires().stream()
                        .filter(needed -> needed.modifiers().contains(Requires.Modifier.TRANSITIVE))
                        .forEach(needed -> open.push(needed.name()));
            }
        }
        return found;
    }

    private static void addPublicClasses(
            FileSystem runtime, Module module, String exported, Set<String> names)
            throws IOException {
        Path folder = runtime.getPath("/modules", module.getName(), exported.replace('.', '/'));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replaceFirst("\\.class$", "");
                Class<?> found = Class.forName(module, exported + "." + name);
                if (found != null && isPublic(found) && found.getCanonicalName() != null) {
                    names.add(found.getCanonicalName());
                }
            }
        }
    }

    /** A nested class can be imported only where every class around it is public too. */
    private static boolean isPublic(Class<?> inner) {
        for (Class<?> each = inner; each != null; each = each.getDeclaringClass()) {
            if (!Modifier.isPublic(each.getModifiers())) {
                return false;
            }
        }
        return true;
    }
}
