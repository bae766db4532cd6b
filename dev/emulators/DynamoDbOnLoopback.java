import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local, in memory, on loopback: its own ServerRunner listens on every address and takes
 * no port 0. One argument: the port, 0 for a free one. Sends no telemetry, as none is set up.
 */
public final class DynamoDbOnLoopback {
    public static void main(String[] arguments) throws Exception {
        boolean inMemory = true;
        boolean sharedDb = true; // one set of tables, whatever a client's credentials and region
        boolean delayTransientStatuses = false;
        int port = Integer.parseInt(arguments[0]);
        var requests =
                new LocalDynamoDBRequestHandler(port, inMemory, null, sharedDb, delayTransientStatuses);
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setHandler(new ContextHandler(new LocalDynamoDBServerHandler(requests, null), "/"));
        server.start();
        System.out.println("listening on " + server.getURI());
        server.join();
    }
}
