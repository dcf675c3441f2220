/* A thread of C that works on a job and hands it back, as a thread pool does. */
#include <pthread.h>
#include <stddef.h>
#include <talloc.h>

struct job {
	char *text;
	char *answer;
};

static void *work(void *data)
{
	struct job *job = talloc_get_type(data, struct job);

	if (job == NULL) {
		return NULL;
	}
	TALLOC_FREE(job->answer);
	job->answer = talloc_asprintf(job, "%s, done", job->text);
	return job->answer != NULL ? job : NULL;
}

/* NULL if there is no thread, no memory, or no job. */
void *tt_run_job(void *job)
{
	pthread_t thread;
	void *done = NULL;

	if (pthread_create(&thread, NULL, work, job) != 0) {
		return NULL;
	}
	return pthread_join(thread, &done) == 0 ? done : NULL;
}
