// libcurl, and one function for each argument type of its setters and getters: Swift cannot call variadic functions.
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

typedef size_t (*interop_curl_sink)(char *bytes, size_t size, size_t count, void *user);

static inline CURLcode interop_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode interop_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode interop_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode interop_curl_set_list(
    CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode interop_curl_set_sink(
    CURL *handle, CURLoption option, interop_curl_sink value) {
  return curl_easy_setopt(handle, option, value);
}

/// The bytes are copied.
static inline CURLcode interop_curl_set_blob(
    CURL *handle, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(handle, option, &blob);
}

static inline CURLcode interop_curl_get_number(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode interop_curl_initialize(void) { return curl_global_init(CURL_GLOBAL_ALL); }
