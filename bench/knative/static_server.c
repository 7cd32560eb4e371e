/* The floor: a container that listens as soon as it runs and answers 200 to whatever it is asked. What a request from
 * zero takes here is the platform's part. Built by `gcc -static`, so that its image holds nothing else. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 36\r\nServer-Time: %lld.%09ld\r\n\r\n" \
               "{\"predictions\":[199.60524718209810]}"

static void end(int signal) { _exit(signal == SIGTERM ? 0 : 1); } /* the kernel ignores what PID 1 does not handle */

/* Each answer says what time it is here: the times that the node writes are compared with those of the one who asks. */
static int answer(int connection) {
    struct timespec now;
    char text[256];
    clock_gettime(CLOCK_REALTIME, &now);
    int size = snprintf(text, sizeof text, ANSWER, (long long)now.tv_sec, now.tv_nsec);
    return write(connection, text, (size_t)size) == size;
}

/* The length of a request whose head has arrived, else 0. It stops at no body that is sent in chunks. */
static size_t length(const char *request) {
    const char *head_end = strstr(request, "\r\n\r\n"), *field = strcasestr(request, "\r\ncontent-length:");
    if (!head_end) return 0;
    size_t body = field && field < head_end ? strtoul(field + 17, NULL, 10) : 0;
    return (size_t)(head_end - request) + 4 + body;
}

static void converse(int connection) {
    static char request[65536];
    size_t have = 0, need;
    ssize_t got;
    while ((got = read(connection, request + have, sizeof request - 1 - have)) > 0) {
        request[have += (size_t)got] = 0;
        while ((need = length(request)) && have >= need) {
            if (!answer(connection)) return;
            memmove(request, request + need, (have -= need) + 1);
        }
    }
}

int main(void) {
    const char *port = getenv("PORT");
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port ? port : "8080"))};
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    signal(SIGTERM, end);
    signal(SIGCHLD, SIG_IGN);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&any, sizeof any) || listen(listener, 128)) return 1;
    fprintf(stderr, "listening on port %d\n", ntohs(any.sin_port));
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) continue;
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (fork() == 0) {
            converse(connection);
            _exit(0);
        }
        close(connection);
    }
}
